package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"waybill/internal/testserver"
)

var fileNames = [...]string{"CSV file, every identifier counted and linked", "the same file, packed by gzip", "the same file, from an S3 server",
	"memory beside the census, CSV file", "memory beside the census, gzip", "memory beside the census, S3", "memory beside the census, Parquet of one row group"}

// fileContests writes the table to a file and to a bucket.
func fileContests(ctx context.Context, o options, t *table) ([]contest, func(), error) {
	dir, err := os.MkdirTemp("", "bench-files-")
	if err != nil {
		return nil, nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	plain, packed := filepath.Join(dir, "plain", "customers.csv"), filepath.Join(dir, "packed", "customers.csv.gz")
	size, err := t.write(plain, packed)
	if err != nil {
		remove()
		return nil, nil, err
	}
	bucket, err := upload(ctx, plain)
	if err != nil {
		remove()
		return nil, nil, err
	}
	note := fmt.Sprintf("%d MiB, %d rows of %d columns", size>>20, t.rows, len(columns))
	disk := "file://" + filepath.Dir(plain)
	columnar := filepath.Join(dir, "parquet", "customers.parquet")
	if err := t.parquet(ctx, columnar); err != nil {
		remove()
		return nil, nil, err
	}
	narrow := func(name, url string) contest {
		return beside(name, note, o, func(o options) contender { return t.census(o, "waybill", url) })
	}
	return []contest{
		{name: fileNames[0], note: note, work: float64(size) / 1e6, unit: "MB", rate: 250, contenders: []contender{
			t.census(o, "waybill", disk),
			{name: "awk, distinct values of one column", run: searcher("awk", "-F,", "!seen[$3]++ {n++} END {print n}", plain)}}},
		{name: fileNames[1], note: note, work: float64(size) / 1e6, unit: "MB", contenders: []contender{
			t.census(o, "waybill", "file://"+filepath.Dir(packed)),
			{name: "gzip -dc, which counts nothing", run: func(ctx context.Context) (usage, error) {
				u, _, err := program(ctx, true, "gzip", "-dc", packed)
				return u, err
			}}}},
		{name: fileNames[2], note: note, work: float64(size) / 1e6, unit: "MB", contenders: []contender{
			t.census(o, "waybill", bucket), goal(0.8, t.census(o, "waybill, from disk", disk))}},
		narrow(fileNames[3], disk), narrow(fileNames[4], "file://"+filepath.Dir(packed)), narrow(fileNames[5], bucket), narrow(fileNames[6], "file://"+filepath.Dir(columnar)),
	}, remove, nil
}

// census counts the people of the table where it lies as a file.
func (t *table) census(o options, name, url string) contender {
	return contender{name: name, run: func(ctx context.Context) (usage, error) {
		u, got, err := counted(ctx, o, url, nil)
		if err != nil {
			return u, err
		}
		return u, t.check(got, map[string]int64{"resident_id": int64(t.people)})
	}}
}

// write writes the table as a CSV file, and a second time packed, and returns how
// many bytes it has.
func (t *table) write(plain, packed string) (size int64, err error) {
	var out []io.Writer
	for _, name := range []string{plain, packed} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return 0, err
		}
		f, err := os.Create(name)
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = append(out, f)
	}
	z, err := gzip.NewWriterLevel(out[1], gzip.BestSpeed)
	if err != nil {
		return 0, err
	}
	size, err = io.Copy(io.MultiWriter(out[0], z), io.MultiReader(strings.NewReader(header()), t.csv(t.rows)))
	return size, errors.Join(err, z.Close())
}

// upload puts the file into a bucket of a server of its own, and returns the
// bucket's URL.
func upload(ctx context.Context, name string) (string, error) {
	bucket, err := testserver.NewS3(ctx)
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if err := bucket.Store(ctx, filepath.Base(name), f); err != nil {
		return "", err
	}
	u, err := url.Parse(bucket.URL(""))
	if err != nil {
		return "", err
	}
	u.User = url.UserPassword(u.User.Username(), bucket.Password())
	return u.String(), nil
}
