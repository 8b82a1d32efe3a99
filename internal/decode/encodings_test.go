package decode

import (
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var (
	gb   = simplifiedchinese.GB18030
	le16 = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	be16 = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
)
