package s3

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"waybill/internal/decode"
	"waybill/internal/source"
)

// Datasets implements source.Connector. Objects are not read, but for those whose
// names say that they hold several datasets: archives, workbooks and dumps.
func (c *connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	sets, gaps, err := c.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, err)
	}
	c.mu.Lock()
	c.gaps = gaps
	c.mu.Unlock()
	slices.SortStableFunc(sets, func(a, b source.Dataset) int { return strings.Compare(a.Name, b.Name) })
	return sets, nil
}

// Gaps implements source.GapReporter: what the last listing could not list.
func (c *connector) Gaps() []source.Gap {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gaps
}

func (c *connector) list(ctx context.Context) (sets []source.Dataset, gaps []source.Gap, err error) {
	listed, err := c.listed(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, g := range listed.groups {
		set := source.Dataset{Name: g.name, Rows: source.Rows{Value: -1}, Bytes: g.bytes}
		if !g.single || !decode.Contains(g.name) {
			sets = append(sets, set)
			continue
		}
		held, missed, err := c.unfold(ctx, set)
		if err != nil {
			return nil, nil, err
		}
		sets, gaps = append(sets, held...), append(gaps, missed...)
	}
	if len(sets) == 0 && c.prefix != "" {
		sets, gaps, err = c.only(ctx)
	}
	return sets, gaps, err
}

// unfold gives the datasets that an object holds. One that cannot be read stays:
// Open tells.
func (c *connector) unfold(ctx context.Context, d source.Dataset) (sets []source.Dataset, gaps []source.Gap, err error) {
	parts := []decode.Part{{}}
	if in, err := c.object(ctx, d.Name); err == nil {
		found, missed, err := decode.Parts(ctx, in, c.limits)
		if err == nil {
			parts = found
		}
		for _, g := range missed {
			gaps = append(gaps, source.Gap{Where: c.name + "." + d.Name, What: g.What})
		}
	}
	if ended := context.Cause(ctx); ended != nil {
		return nil, nil, ended
	}
	for _, p := range parts {
		set := d
		if set.Name, set.Comment, set.Columns, set.Keys = p.Name(d.Name), p.Comment, p.Columns, p.Keys; p.Path != "" {
			set.Bytes = -1
		}
		sets = append(sets, set)
	}
	return sets, gaps, nil
}

// only lists the object that the URL names, if it does not name a folder.
func (c *connector) only(ctx context.Context) ([]source.Dataset, []source.Gap, error) {
	key := strings.TrimSuffix(c.prefix, "/")
	o, err := c.head(ctx, key)
	if errors.Is(err, source.ErrGone) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	set := source.Dataset{Name: path.Base(key), Rows: source.Rows{Value: -1}, Bytes: o.size}
	if !decode.Contains(set.Name) {
		return []source.Dataset{set}, nil, nil
	}
	return c.unfold(ctx, set)
}

// objects lists the objects whose names begin with prefix and come after the
// given one, by their names. Empty objects whose key ends with a slash are how
// folders are made to show, and are left out.
func (c *connector) objects(ctx context.Context, prefix, after string) iter.Seq2[entry, error] {
	in := &s3.ListObjectsV2Input{Bucket: &c.bucket, Prefix: aws.String(c.prefix + prefix), EncodingType: types.EncodingTypeUrl}
	if after != "" {
		in.StartAfter = aws.String(c.prefix + after)
	}
	return func(yield func(entry, error) bool) {
		for {
			page, err := c.page(ctx, in)
			if err != nil {
				yield(entry{}, err)
				return
			}
			for _, o := range page.Contents {
				e := entry{name: strings.TrimPrefix(keyOf(page, o), c.prefix), size: aws.ToInt64(o.Size), etag: aws.ToString(o.ETag), modified: aws.ToTime(o.LastModified)}
				folder := e.name == "" || e.size == 0 && strings.HasSuffix(e.name, "/")
				if !folder && e.name > after && c.chosen(e.name) && !yield(e, nil) {
					return
				}
			}
			if !aws.ToBool(page.IsTruncated) {
				return
			}
			if next := aws.ToString(page.NextContinuationToken); next == "" || next == aws.ToString(in.ContinuationToken) {
				yield(entry{}, errEndless)
				return
			}
			in.ContinuationToken = page.NextContinuationToken
		}
	}
}

// page asks for a page of a listing, its keys escaped: XML has no way to write
// some characters that keys may have. A store that refuses to escape is asked
// for the keys as they are.
func (c *connector) page(ctx context.Context, in *s3.ListObjectsV2Input) (page *s3.ListObjectsV2Output, err error) {
	var answer *awshttp.ResponseError
	ask := func(ctx context.Context) (err error) {
		page, err = c.client.ListObjectsV2(ctx, in)
		answer = nil
		errors.As(err, &answer)
		return err
	}
	if err = c.do(ctx, ask); err == nil || in.EncodingType == "" || answer == nil {
		return page, err
	}
	if status := answer.HTTPStatusCode(); status != http.StatusBadRequest && status != http.StatusNotImplemented {
		return nil, err
	}
	in.EncodingType = ""
	return page, c.do(ctx, ask)
}

// keyOf is the key of a listed object. A store that escapes says so in its
// answer; it writes a space as + or as %20, and a plus as %2B.
func keyOf(page *s3.ListObjectsV2Output, o types.Object) string {
	key := aws.ToString(o.Key)
	if page.EncodingType != types.EncodingTypeUrl {
		return key
	}
	plain, err := url.QueryUnescape(key)
	if err != nil {
		return key // escaped by nobody: no escaped key looks like this
	}
	return plain
}

var errEndless = errors.New("the store's listing does not go on")

// listed groups the objects there are, and keeps the result for reads.
func (c *connector) listed(ctx context.Context) (*listing, error) {
	l := &listing{tree: newTree(c.apart), groups: map[string]*group{}}
	for e, err := range c.objects(ctx, "", "") {
		if err != nil {
			return nil, err
		}
		l.tree.add(e)
	}
	l.tree.root.name("", l.groups)
	c.mu.Lock()
	c.last = l
	c.mu.Unlock()
	return l, nil
}

// listing is the groups of the objects as they were listed.
type listing struct {
	tree   *tree
	groups map[string]*group // by name
}

// chosen tells whether an object is wanted by its name. What is inside of one may
// be chosen where it is not.
func (c *connector) chosen(name string) bool {
	include := c.include
	if holdsSeveral(path.Base(name)) {
		include = nil
	}
	return source.Selected(name, include, c.exclude)
}

// Chosen implements source.Chooser: of a group the objects are chosen, not the
// group.
func (c *connector) Chosen(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil {
		if g := c.last.groups[name]; g != nil && !g.single {
			return true
		}
	}
	return source.Selected(name, c.include, c.exclude)
}
