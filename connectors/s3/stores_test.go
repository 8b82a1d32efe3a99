package s3_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"waybill/connectors/s3"
	"waybill/internal/source"
	"waybill/internal/testserver"
)

// TestRequests looks at what is sent: reading requests only, with nothing that
// stores other than Amazon's do not know.
func TestRequests(t *testing.T) {
	b := lake(t)
	g := &gate{}
	c := openWith(t, b, source.Config{URL: g.before(t, b).URL("")})
	names(t, c)
	for _, s := range []source.Sample{{}, {Rows: 10}} {
		if rows, gaps := readSet(t, c, source.Dataset{Name: hive}, s, "id"); len(rows) != 4 || len(gaps) > 0 {
			t.Errorf("%q, gaps %q", rows, gaps)
		}
	}
	readParts(t, cut(t, c, hive))
	all := g.requests()
	if len(all) < 10 {
		t.Fatalf("%d requests", len(all))
	}
	for _, r := range all {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			t.Errorf("%s %s", r.Method, r.URL.Path)
		}
		if !strings.HasPrefix(r.URL.Path, "/"+b.Name) {
			t.Errorf("%s is not addressed by path", r.URL.Path)
		}
		for name, values := range r.Header {
			if n := strings.ToLower(name); strings.Contains(n, "checksum") || strings.Contains(n, "trailer") || strings.Contains(strings.Join(values, " "), "aws-chunked") {
				t.Errorf("%s: %q", name, values)
			}
		}
	}
	for _, r := range g.requests("GET", "part-") {
		if r.Header.Get("If-Match") == "" || !strings.HasPrefix(r.Header.Get("Range"), "bytes=") {
			t.Errorf("%s without a condition or a range: %v", r.URL.Path, r.Header)
		}
	}
}

// TestVirtualAddressing reads a bucket that is named by the host, as OSS, COS and
// OBS want it.
func TestVirtualAddressing(t *testing.T) {
	b := lake(t)
	g := &gate{}
	u := "s3://reader@" + b.Name + "/?addressing=virtual&endpoint=http://" + testserver.VirtualDomain + "&proxy=" + url.QueryEscape(g.before(t, b).Endpoint)
	c := openWith(t, b, source.Config{URL: u})
	if rows, gaps := readSet(t, c, source.Dataset{Name: hive}, source.Sample{}, "id"); len(rows) != 4 || len(gaps) > 0 {
		t.Errorf("%q, gaps %q", rows, gaps)
	}
	for _, r := range g.requests() {
		if r.Host != b.Name+"."+testserver.VirtualDomain || strings.HasPrefix(r.URL.Path, "/"+b.Name) {
			t.Errorf("sent to %s%s", r.Host, r.URL.Path)
		}
	}
}

// TestVersionedBucket: the latest version of an object is read, and none of one
// that was deleted.
func TestVersionedBucket(t *testing.T) {
	b := testserver.S3(t)
	_, err := b.Owner().PutBucketVersioning(t.Context(), &awss3.PutBucketVersioningInput{Bucket: &b.Name,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []string{"id\nold\n", "id\nnew\n"} {
		b.Put(t, "part-1.csv", []byte(v))
		b.Put(t, "part-2.csv", []byte(v))
	}
	b.Delete(t, "part-2.csv")
	versions, err := b.Owner().ListObjectVersions(t.Context(), &awss3.ListObjectVersionsInput{Bucket: &b.Name})
	if err != nil || len(versions.Versions) != 4 || len(versions.DeleteMarkers) != 1 {
		t.Fatalf("%d versions, %d markers, %v", len(versions.Versions), len(versions.DeleteMarkers), err)
	}
	c := openWith(t, b, source.Config{})
	if got := names(t, c); len(got) != 1 || got[0] != "part-*.csv" {
		t.Errorf("%q", got)
	}
	if rows, gaps := readSet(t, c, source.Dataset{Name: "part-*.csv"}, source.Sample{}, "id"); len(rows) != 1 || rows[0] != "new" || len(gaps) > 0 {
		t.Errorf("%q, gaps %q", rows, gaps)
	}
}

func TestPublicBucket(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "users.csv", []byte("id\n1\n"))
	anonymous := strings.Replace(b.URL(""), "reader@", "", 1) + "&anonymous=true"
	list := func() error {
		c, err := s3.Driver().Open(t.Context(), source.Config{Name: "lake", URL: anonymous})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_, err = c.Datasets(t.Context())
		return err
	}
	if list() == nil {
		t.Error("a private bucket was read by nobody in particular")
	}
	b.Publish(t)
	if err := list(); err != nil {
		t.Error(err)
	}
}

// TestCredentials: those of the environment, with the token of a session, and
// those of a profile sign the requests.
func TestCredentials(t *testing.T) {
	b := testserver.S3(t)
	g := &gate{answer: func(w http.ResponseWriter, _ *http.Request) bool {
		return fail(w, http.StatusForbidden, "AccessDenied")
	}}
	to := strings.Replace(g.before(t, b).URL(""), "reader@", "", 1)
	t.Setenv("AWS_ACCESS_KEY_ID", "FROMENVIRONMENT")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret-of-nobody")
	t.Setenv("AWS_SESSION_TOKEN", "token-of-nobody")
	file := t.TempDir() + "/config"
	write(t, file, "[profile scan]\naws_access_key_id = FROMPROFILE\naws_secret_access_key = secret-of-nobody\naws_session_token = other-token\n")
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file+".none")
	for u, want := range map[string][2]string{to: {"FROMENVIRONMENT", "token-of-nobody"}, to + "&profile=scan": {"FROMPROFILE", "other-token"}} {
		c, err := s3.Driver().Open(t.Context(), source.Config{Name: "lake", URL: u})
		if err != nil {
			t.Fatal(err)
		}
		before := len(g.requests())
		if _, err := c.Datasets(context.Background()); err == nil {
			t.Error("no error")
		}
		c.Close()
		for _, r := range g.requests()[before:] {
			if !strings.Contains(r.Header.Get("Authorization"), "Credential="+want[0]+"/") || r.Header.Get("X-Amz-Security-Token") != want[1] {
				t.Errorf("%s: signed %q with token %q", want[0], r.Header.Get("Authorization"), r.Header.Get("X-Amz-Security-Token"))
			}
		}
		if len(g.requests()) == before {
			t.Error("nothing was sent")
		}
	}
}
