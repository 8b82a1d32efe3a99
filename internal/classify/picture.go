package classify

import (
	"slices"
	"strings"
)

// pictured makes a picture what the comment names as a document: driver_pic 驾驶证.
func (c *Classifier) pictured(col *column) {
	w := ownWords(col.Name)
	if len(w) == 0 || !hasHan(col.Comment) || !isPicture(w[len(w)-1]) {
		return
	}
	for _, to := range pictures {
		d, ok := c.place[to.picture]
		if !ok || col.words.of[d].comment == strong {
			continue
		}
		for _, kind := range to.kinds {
			if i, ok := c.place[kind]; ok && col.words.of[i].comment == strong {
				col.words.of[d].comment, col.words.of[d].heard = strong, true
				col.words.of[i] = evidence{heard: true}
			}
		}
	}
}

// pictures are the kinds of pictures by the kinds of what they show.
var pictures = [...]struct {
	picture string
	kinds   []string
}{
	{"id_card_photo", []string{"resident_id"}},
	{"document_image", []string{"driver_license", "passport", "id_document_number", "certificate_number", "social_security"}},
}

// isPicture tells whether a word at the end of a name says picture: pic, or
// written together with what it shows.
func isPicture(w string) bool {
	return slices.ContainsFunc([]string{"pic", "img", "image", "photo", "picture", "scan"}, func(p string) bool { return strings.HasSuffix(w, p) })
}
