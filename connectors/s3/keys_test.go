package s3_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waybill/internal/source"
	"waybill/internal/testserver"
)

// oddKeys are characters that escapes, paths and XML treat in ways of their own.
var oddKeys = []string{"a+b/c.csv", "a b/客户 名单.csv", "%41/100%.csv", "%zz.csv", "a&b<c>/d.csv", "é/e\u0301.csv"}

// forbidden has characters that XML 1.0 cannot write, and one that its parsers
// turn into another.
const forbidden = "a\x01b\x1f/c\rd.csv"

// TestOddKeys reads objects below such keys from the server as it is, which does
// not escape what it lists, and from one that escapes as Amazon S3 does, or as
// others do that write a space as %20.
func TestOddKeys(t *testing.T) {
	b := testserver.S3(t)
	for _, key := range append(slices.Clone(oddKeys), forbidden) {
		b.Put(t, key, []byte("id\n"+url.QueryEscape(key)+"\n"))
	}
	for what, escape := range map[string]func(string) string{
		"amazon": func(key string) string { return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/") },
		"rfc":    func(key string) string { return strings.ReplaceAll(url.PathEscape(key), "+", "%2B") },
	} {
		t.Run(what, func(t *testing.T) {
			g := &gate{answer: listing(t, b, escape)}
			readAll(t, openWith(t, g.before(t, b), source.Config{}), append(slices.Clone(oddKeys), forbidden))
		})
	}
	b.Delete(t, forbidden)
	t.Run("ignored", func(t *testing.T) { readAll(t, openWith(t, b, source.Config{}), oddKeys) })
	t.Run("refused", func(t *testing.T) {
		g := &gate{answer: func(w http.ResponseWriter, r *http.Request) bool {
			return r.URL.Query().Has("encoding-type") && fail(w, http.StatusNotImplemented, "NotImplemented")
		}}
		readAll(t, openWith(t, g.before(t, b), source.Config{}), oddKeys)
	})
}

// readAll wants c to list the keys, and to find in each object its own.
func readAll(t *testing.T, c source.Connector, keys []string) {
	t.Helper()
	sets, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range sets {
		got = append(got, d.Name)
		if rows, gaps := readSet(t, c, d, source.Sample{}, "id"); len(gaps) > 0 || len(rows) != 1 || rows[0] != url.QueryEscape(d.Name) {
			t.Errorf("%q: %q, gaps %q", d.Name, rows, gaps)
		}
	}
	want := slices.Sorted(slices.Values(keys))
	if !slices.Equal(got, want) {
		t.Errorf("listed %q, want %q", got, want)
	}
}

// listing is a gate's answer where escaped keys are asked for: the objects that
// the server holds, as a store lists them that escapes.
func listing(t *testing.T, b *testserver.Bucket, escape func(string) string) func(http.ResponseWriter, *http.Request) bool {
	type object struct {
		Key  string
		Size int64
	}
	type result struct {
		XMLName      xml.Name `xml:"ListBucketResult"`
		EncodingType string
		Contents     []object
	}
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("encoding-type") != "url" {
			return false
		}
		out := result{EncodingType: "url"}
		err := filepath.WalkDir(b.Dir(), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			key := strings.TrimPrefix(filepath.ToSlash(path), b.Dir()+"/")
			out.Contents = append(out.Contents, object{Key: escape(key), Size: int64(len(data))})
			return err
		})
		if err != nil {
			t.Error(err)
		}
		var body bytes.Buffer
		body.WriteString(xml.Header)
		if err := xml.NewEncoder(&body).Encode(out); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.Copy(w, &body)
		return true
	}
}
