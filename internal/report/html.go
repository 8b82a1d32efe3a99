package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"sync"
)

//go:embed face
var face embed.FS

var pageTemplate = sync.OnceValues(func() (*template.Template, error) {
	return template.New("page").Funcs(template.FuncMap{
		"t":       func(key string, args ...any) template.HTML { return msg(key, args...).HTML() },
		"named":   func(family, value string) template.HTML { return named(family, value).HTML() },
		"n":       grouped,
		"int":     func(n int) string { return grouped(int64(n)) },
		"span":    span,
		"percent": percent,
	}).ParseFS(face, "face/*.gohtml")
})

// WriteHTML writes r as one page that needs nothing else: no network, no
// font, no script from elsewhere. Both languages are in it.
func WriteHTML(w io.Writer, r *Report) error {
	p := r.page()
	return renderPage(w, "page.gohtml", func(css template.CSS, js template.JS, csp string) any {
		p.CSS, p.JS, p.CSP = css, js, csp
		return p
	})
}

// renderPage fills a page that needs nothing else: style and script are inside
// it, and its policy allows no others.
func renderPage(w io.Writer, name string, with func(template.CSS, template.JS, string) any) error {
	t, err := pageTemplate()
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	css, err := face.ReadFile("face/page.css")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	js, err := face.ReadFile("face/page.js")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	csp := "default-src 'none'; style-src '" + digest(css) + "'; script-src '" + digest(js) + "'; base-uri 'none'; form-action 'none'"
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, with(template.CSS(css), template.JS(js), csp)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// digest is how a content security policy names an inline block.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
