package s3

import (
	"strings"
	"testing"

	"waybill/internal/source"
)

func TestLocation(t *testing.T) {
	for raw, want := range map[string]string{
		"s3://b":                                "b  virtual ",
		"s3://b/p":                              "b p/ virtual ",
		"s3://b/p/q/?region=eu-central-1":       "b p/q/ virtual eu-central-1",
		"s3://b?endpoint=http://127.0.0.1:7070": "b  path us-east-1",
		"s3://b?endpoint=http://127.0.0.1:7070&addressing=virtual":                          "b  virtual us-east-1",
		"s3://b?endpoint=https://oss-cn-hangzhou.aliyuncs.com":                              "b  virtual oss-cn-hangzhou",
		"s3://b?endpoint=https://s3.oss-cn-beijing-internal.aliyuncs.com":                   "b  virtual oss-cn-beijing",
		"s3://b?endpoint=https://cos.ap-guangzhou.myqcloud.com":                             "b  virtual ap-guangzhou",
		"s3://b?endpoint=https://obs.cn-north-4.myhuaweicloud.com":                          "b  virtual cn-north-4",
		"s3://b?endpoint=https://obs.cn-north-4.myhuaweicloud.com&addressing=path&region=x": "b  path x",
		"s3://b/%E6%95%B0%E6%8D%AE":                                                         "b 数据/ virtual ",
	} {
		l, err := parse(source.Config{URL: raw})
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if got := strings.Join([]string{l.bucket, l.prefix, l.addressing, l.region}, " "); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

func TestLocationRefused(t *testing.T) {
	const secret = "inline-secret"
	for _, raw := range []string{
		"s3://", "http://b", "s3://k:" + secret + "@b?regoin=x", "s3://k:" + secret + "@b?addressing=x",
		"s3://k:" + secret + "@b?anonymous=true", "s3://b?anonymous=x",
		"s3://k:" + secret + "@b?endpoint=127.0.0.1", "s3://k:" + secret + "@b\x7f", "s3://k:" + secret + "@b?%zz",
	} {
		_, err := parse(source.Config{URL: raw})
		if err == nil {
			t.Errorf("%s was accepted", raw)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("the secret stands in %q", err)
		}
	}
	if _, err := parse(source.Config{URL: "s3://b", Password: secret}); err == nil {
		t.Error("a password without a key was accepted")
	}
}
