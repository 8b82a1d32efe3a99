package s3_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"waybill/connectors/s3"
	"waybill/internal/decode/decodetest"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

func TestMain(m *testing.M) { os.Exit(testserver.Main(m)) }

func open(t testing.TB, b *testserver.Bucket, prefix string) source.Connector {
	t.Helper()
	c, err := s3.Driver().Open(t.Context(), source.Config{Name: "lake", URL: b.URL(prefix), Password: source.Secret(b.Password())})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestConformance(t *testing.T) {
	b := testserver.S3(t)
	key := func(table string) string { return "数据/" + table + ".csv" }
	sourcetest.Run(t, sourcetest.Store{
		Open: func(t testing.TB) source.Connector { return open(t, b, "数据") },
		Load: func(t testing.TB, tables ...sourcetest.Table) {
			b.Put(t, "数据2.csv", []byte("id,name\n1,a\n"))
			for _, table := range tables {
				b.Put(t, key(table.Name), decodetest.CSV(t, table))
			}
		},
		Name:   func(table string) string { return table + ".csv" },
		Deny:   func(t testing.TB, table string) { b.Deny(t, key(table)) },
		Remove: func(t testing.TB, table string) { b.Delete(t, key(table)) },
		// The connector has no call that writes. What is tried here is one with
		// the same login: the server refuses it.
		Write: func(ctx context.Context, _ source.Connector, table string) error {
			k := key(table)
			_, err := b.Reader().PutObject(ctx, &awss3.PutObjectInput{Bucket: &b.Name, Key: &k, Body: strings.NewReader("id,note\n")})
			return err
		},
		Refused: func(err error) bool {
			var answer *awshttp.ResponseError
			return errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusForbidden
		},
		Quoting: func(t testing.TB, secret string) string {
			b.Put(t, "数据/broken.json", []byte(`{"name": "`+secret+`" "`+secret))
			return "broken.json"
		},
		Without: without(nil),
	})
}

// without is what CSV in a bucket cannot show, and more.
func without(more map[sourcetest.Ability]string) map[sourcetest.Ability]string {
	all := map[sourcetest.Ability]string{
		sourcetest.Columns:  "listing a bucket reads no object",
		sourcetest.Types:    "a text file does not tell types",
		sourcetest.Comments: "a text file has no comments",
		sourcetest.Keys:     "a text file has no keys",
		sourcetest.Null:     "CSV does not tell NULL from the empty value",
		sourcetest.Split:    "a bucket holds no moment for several readers; TestParts tells what changed",
		sourcetest.Slow:     "the server cannot be told to wait; TestStalled does it on the way",
	}
	maps.Copy(all, more)
	return all
}

// TestConformanceGroups runs the suite on tables of several objects each.
func TestConformanceGroups(t *testing.T) {
	b := testserver.S3(t)
	const pieces = 3
	key := func(table string, i int) string { return fmt.Sprintf("%s/part-%d.csv", table, i) }
	sourcetest.Run(t, sourcetest.Store{
		Open: func(t testing.TB) source.Connector { return open(t, b, "") },
		Load: func(t testing.TB, tables ...sourcetest.Table) {
			for _, table := range tables {
				for i := range pieces {
					piece := table
					piece.Rows = table.Rows[len(table.Rows)*i/pieces : len(table.Rows)*(i+1)/pieces]
					b.Put(t, key(table.Name, i), decodetest.CSV(t, piece))
				}
			}
		},
		Name: func(table string) string { return table + "/part-*.csv" },
		Remove: func(t testing.TB, table string) {
			for i := range pieces {
				b.Delete(t, key(table, i))
			}
		},
		Quoting: func(t testing.TB, secret string) string {
			b.Put(t, "broken/part-1.json", []byte(`{"name": "`+secret+`" "`+secret))
			return "broken/part-*.json"
		},
		Without: without(map[sourcetest.Ability]string{
			sourcetest.Deny:  "an object that is denied is a gap of its group; TestGroups",
			sourcetest.Write: "the same connector as in TestConformance",
		}),
	})
}
