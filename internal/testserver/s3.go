package testserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Bucket is a bucket of a real S3 server. Its owner may do everything, its
// reader only list it and get its objects: the server's own policy says so.
type Bucket struct {
	Endpoint string // http://127.0.0.1:port
	Name     string

	denied []string
	public bool
}

// VirtualDomain is the domain below which the server takes the first label of a
// request's host for a bucket.
const VirtualDomain = "s3.example"

// reader is the login of the user who may only read.
const reader = "reader"

var (
	s3Dir    string // set by startS3
	s3Server = sync.OnceValues(startS3)
	buckets  atomic.Int64
)

// S3 returns a new, empty bucket on this test binary's server.
func S3(t testing.TB) *Bucket {
	t.Helper()
	b, err := NewS3(t.Context())
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	return b
}

// NewS3 is S3 outside a test, within Serve.
func NewS3(ctx context.Context) (*Bucket, error) {
	endpoint, err := s3Server()
	if err != nil {
		return nil, err
	}
	b := &Bucket{Endpoint: endpoint, Name: "bucket" + strconv.FormatInt(buckets.Add(1), 10)}
	if _, err := b.Owner().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b.Name}); err != nil {
		return nil, fmt.Errorf("create bucket: %w", err)
	}
	return b, b.setPolicy(ctx)
}

// Owner is a client of the one who may do everything.
func (b *Bucket) Owner() *s3.Client { return s3Client(b.Endpoint, superuser) }

// Reader is a client of the one who may only read.
func (b *Bucket) Reader() *s3.Client { return s3Client(b.Endpoint, reader) }

// URL is the reader's, for the objects below prefix.
func (b *Bucket) URL(prefix string) string {
	u := url.URL{Scheme: "s3", User: url.User(reader), Host: b.Name, Path: "/" + prefix,
		RawQuery: url.Values{"endpoint": {b.Endpoint}}.Encode()}
	return u.String()
}

// Password is the reader's.
func (b *Bucket) Password() string { return password }

// Put stores an object.
func (b *Bucket) Put(t testing.TB, key string, data []byte) {
	t.Helper()
	if err := b.Store(t.Context(), key, bytes.NewReader(data)); err != nil {
		t.Fatalf("testserver: %v", err)
	}
}

// Store stores an object.
func (b *Bucket) Store(ctx context.Context, key string, data io.ReadSeeker) error {
	if _, err := b.Owner().PutObject(ctx, &s3.PutObjectInput{Bucket: &b.Name, Key: &key, Body: data}); err != nil {
		return fmt.Errorf("put %s: %w", key, err)
	}
	return nil
}

// Delete deletes an object.
func (b *Bucket) Delete(t testing.TB, key string) {
	t.Helper()
	if _, err := b.Owner().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &b.Name, Key: &key}); err != nil {
		t.Fatalf("testserver: delete %s: %v", key, err)
	}
}

// Deny makes an object unreadable for the reader, who still sees it listed.
func (b *Bucket) Deny(t testing.TB, key string) {
	t.Helper()
	b.denied = append(b.denied, "arn:aws:s3:::"+b.Name+"/"+key)
	if err := b.setPolicy(t.Context()); err != nil {
		t.Fatalf("testserver: %v", err)
	}
}

// Publish lets everybody read the bucket.
func (b *Bucket) Publish(t testing.TB) {
	t.Helper()
	b.public = true
	if err := b.setPolicy(t.Context()); err != nil {
		t.Fatalf("testserver: publish %s: %v", b.Name, err)
	}
}

// Dir is the folder in which the server keeps the bucket's objects: a file that
// appears below it is one.
func (b *Bucket) Dir() string { return filepath.Join(s3Dir, b.Name) }

type statement struct {
	Effect           string
	Principal        map[string]string
	Action, Resource []string
}

func (b *Bucket) setPolicy(ctx context.Context) error {
	who, arn := map[string]string{"AWS": reader}, "arn:aws:s3:::"+b.Name
	if b.public {
		who["AWS"] = "*"
	}
	statements := []statement{
		{"Allow", who, []string{"s3:ListBucket"}, []string{arn}},
		{"Allow", who, []string{"s3:GetObject"}, []string{arn + "/*"}},
	}
	if len(b.denied) > 0 {
		statements = append(statements, statement{"Deny", who, []string{"s3:GetObject"}, b.denied})
	}
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err == nil {
		_, err = b.Owner().PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &b.Name, Policy: aws.String(string(policy))})
	}
	if err != nil {
		return fmt.Errorf("bucket policy: %w", err)
	}
	return nil
}

func s3Client(endpoint, user string) *s3.Client {
	return s3.New(s3.Options{BaseEndpoint: &endpoint, Region: "us-east-1", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(user, password, "")})
}

// startS3 returns the endpoint of a server without buckets that knows the
// reader.
func startS3() (string, error) {
	gateway, err := tool("versitygw")
	if err != nil {
		return "", err
	}
	dir, err := folder("s3", nil)
	if err != nil {
		return "", err
	}
	for _, sub := range []string{"data", "iam", "attributes", "versions"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			return "", err
		}
	}
	s3Dir = filepath.Join(dir, "data")
	port, err := freePort()
	if err != nil {
		return "", err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	cmd := exec.Command(gateway, "--port", address, "--access", superuser, "--secret", password, "--quiet", "--virtual-domain", VirtualDomain,
		"--iam-dir", filepath.Join(dir, "iam"), "posix", "--sidecar", filepath.Join(dir, "attributes"),
		"--versioning-dir", filepath.Join(dir, "versions"), filepath.Join(dir, "data"))
	endpoint := "http://" + address
	if err := start("versitygw", cmd, func() error {
		_, err := s3Client(endpoint, superuser).ListBuckets(context.Background(), &s3.ListBucketsInput{})
		return err
	}); err != nil {
		return "", err
	}
	add := exec.Command(gateway, "admin", "--access", superuser, "--secret", password, "--endpoint-url", endpoint,
		"create-user", "--access", reader, "--secret", password, "--role", "user")
	if out, err := add.CombinedOutput(); err != nil {
		return "", fmt.Errorf("add the reader: %w\n%s", err, out)
	}
	return endpoint, nil
}
