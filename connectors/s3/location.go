package s3

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"waybill/internal/source"
)

// location is what a URL says.
type location struct {
	bucket, prefix  string
	access, secret  string
	endpoint        *url.URL // nil = Amazon's
	region, profile string
	addressing      string
	anonymous       bool
	proxy           *url.URL
}

// parse reads the URL. Its errors do not repeat it: it may hold a secret.
func parse(c source.Config) (*location, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil, errors.New("want s3://bucket/prefix")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("the URL's parameters cannot be read")
	}
	l := &location{bucket: u.Host, prefix: strings.TrimPrefix(u.Path, "/"), addressing: "auto"}
	if l.prefix != "" && !strings.HasSuffix(l.prefix, "/") {
		l.prefix += "/"
	}
	if u.User != nil {
		l.access = u.User.Username()
		l.secret, _ = u.User.Password()
	}
	if c.Password != "" {
		l.secret = c.Password.Reveal()
	}
	if l.access == "" && l.secret != "" {
		return nil, errors.New("a password needs the access key in the URL: s3://KEY@bucket")
	}
	for name, values := range q {
		if err := l.set(name, values[len(values)-1]); err != nil {
			return nil, err
		}
	}
	if l.anonymous && l.access != "" {
		return nil, errors.New("anonymous: the URL has an access key")
	}
	l.choose()
	return l, nil
}

func (l *location) set(name, value string) (err error) {
	switch name {
	case "endpoint":
		l.endpoint, err = web(value)
	case "proxy":
		l.proxy, err = web(value)
	case "region":
		l.region = value
	case "profile":
		l.profile = value
	case "addressing":
		if l.addressing = value; !slices.Contains([]string{"auto", "path", "virtual"}, value) {
			return errors.New("addressing: want auto, path or virtual")
		}
	case "anonymous":
		if l.anonymous, err = strconv.ParseBool(value); err != nil {
			return errors.New("anonymous: want true or false")
		}
	default:
		return fmt.Errorf("unknown parameter %q", name)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func web(value string) (*url.URL, error) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("want http:// or https:// and a host")
	}
	return u, nil
}

// clouds are the stores that have a bucket's name in the host only, and the
// region in the label after the given one ("" = the label starts with it).
var clouds = []struct{ domain, label string }{
	{".aliyuncs.com", ""}, {".myqcloud.com", "cos"}, {".myhuaweicloud.com", "obs"},
}

// choose fills in what the URL leaves to the endpoint.
func (l *location) choose() {
	if l.endpoint == nil {
		if l.addressing == "auto" {
			l.addressing = "virtual"
		}
		return
	}
	host, region := l.endpoint.Hostname(), "us-east-1"
	addressing := "path"
	for _, c := range clouds {
		if strings.HasSuffix(host, c.domain) {
			addressing, region = "virtual", regionOf(host, c.label, region)
		}
	}
	if l.addressing == "auto" {
		l.addressing = addressing
	}
	if l.region == "" {
		l.region = region
	}
}

// regionOf finds the region in the host: cos.ap-guangzhou.myqcloud.com,
// obs.cn-north-4.myhuaweicloud.com, oss-cn-hangzhou.aliyuncs.com.
func regionOf(host, label, otherwise string) string {
	labels := strings.Split(host, ".")
	for i, l := range labels[:len(labels)-1] {
		if label != "" && l == label {
			return labels[i+1]
		}
		if label == "" && strings.HasPrefix(l, "oss-") {
			return strings.TrimSuffix(l, "-internal")
		}
	}
	return otherwise
}
