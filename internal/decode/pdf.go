package decode

// pdf reads the text of a PDF file.
func (o *opener) pdf(*found) (fillFunc, error) { return nil, gapf("format not read: pdf") }
