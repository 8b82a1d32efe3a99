package s3

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"waybill/internal/source"
)

const (
	connections = 8                // at once, unless the limits say otherwise
	attempts    = 4                // of a request, and of the rest of a body
	patience    = 30 * time.Second // for an answer to start, unless the limits say otherwise
)

// pool makes t, which has the certificates of the AWS configuration, one
// connector's pool of connections.
func (l *location) pool(t *http.Transport, limits source.Limits) *http.Transport {
	n := connections
	if limits.Connections > 0 {
		n = limits.Connections
	}
	t.Proxy = nil
	if l.proxy != nil {
		t.Proxy = http.ProxyURL(l.proxy)
	}
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 10 * time.Second
	t.ResponseHeaderTimeout = waits(limits)
	t.IdleConnTimeout = 30 * time.Second
	t.MaxConnsPerHost, t.MaxIdleConnsPerHost = n, n
	t.DisableCompression = true // a range counts the bytes as they are stored
	return t
}

// waits is how long an answer may take to start, and half of how long its bytes
// may stand still.
func waits(limits source.Limits) time.Duration {
	return cmp.Or(limits.StatementTimeout, patience)
}

// noRedirect leaves redirects to the SDK: a signature holds for one host.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// client logs in, as far as that can be told without a request, and returns the
// pool that the client's requests take their connections from.
func (l *location) client(ctx context.Context, limits source.Limits) (*s3.Client, *http.Transport, error) {
	cfg, err := config.LoadDefaultConfig(ctx, l.options()...)
	if err != nil {
		return nil, nil, errors.New("the AWS configuration cannot be read")
	}
	if cfg.Region == "" {
		return nil, nil, errors.New("no region: set region= in the URL, or AWS_REGION")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil && !l.anonymous {
		return nil, nil, errors.New("no credentials: set KEY@ and a password, AWS_ACCESS_KEY_ID, a profile, or anonymous=true for a public bucket")
	}
	base, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		base = awshttp.NewBuildableClient()
	}
	pool := l.pool(base.GetTransport(), limits)
	cfg.HTTPClient = &http.Client{Transport: pool, CheckRedirect: noRedirect}
	return s3.NewFromConfig(cfg, l.dialect), pool, nil
}

// options are those of the AWS configuration. The client given here serves the
// logins, and takes the certificates that AWS_CA_BUNDLE names.
func (l *location) options() []func(*config.LoadOptions) error {
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(awshttp.NewBuildableClient()),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.MaxBackoff = attempts, 2*time.Second
			})
		}),
	}
	if l.region != "" {
		options = append(options, config.WithRegion(l.region))
	}
	if l.profile != "" {
		options = append(options, config.WithSharedConfigProfile(l.profile))
	}
	if l.anonymous {
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	if l.access != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(l.access, l.secret, "")))
	}
	if l.endpoint != nil {
		// Only Amazon's own machines have a login to give away.
		options = append(options, config.WithEC2IMDSClientEnableState(imds.ClientDisabled))
	}
	return options
}

// dialect keeps to what stores other than Amazon's know too: no checksums beside
// the signature. The connector itself tries again; see do.
func (l *location) dialect(o *s3.Options) {
	o.UsePathStyle = l.addressing == "path"
	o.Retryer = aws.NopRetryer{}
	o.DisableLogOutputChecksumValidationSkipped = true
	o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
	o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	if l.endpoint != nil {
		o.BaseEndpoint = aws.String(l.endpoint.String())
	}
}
