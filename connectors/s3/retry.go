package s3

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"waybill/internal/source"
)

const (
	firstWait = 200 * time.Millisecond
	mostWait  = 10 * time.Second // unless the store asks for more
	busyFor   = 2 * time.Minute  // then a store that is too busy is given up
)

// do makes a request, and makes it again where the connection broke, a few times,
// or where the store is too busy, for as long as the connector has patience. Its
// error is what a caller may know.
func (c *connector) do(ctx context.Context, call func(context.Context) error) error {
	began := time.Now()
	for try := 1; ; try++ {
		if c.session.Err() != nil {
			return errClosed // a connection begun now would outlive Close
		}
		err := call(ctx)
		if err == nil {
			return nil
		}
		why := reason(ctx, err)
		busy, after := tooBusy(err)
		if context.Cause(ctx) != nil || !busy && !(broken(err) && try < attempts) {
			return why
		}
		wait := max(after, backoff(try))
		if spent := time.Since(began); busy && spent+wait > c.busyFor {
			return fmt.Errorf("%w, and did so for %s", why, spent.Round(time.Millisecond))
		}
		if source.Sleep(ctx, wait) != nil {
			return context.Cause(ctx)
		}
	}
}

// backoff is a random wait, up to twice as long with each try.
func backoff(try int) time.Duration {
	most := min(firstWait<<min(try, 8), mostWait)
	return firstWait/2 + rand.N(most)
}

// tooBusy tells whether the store asks for a later try, and how much later.
func tooBusy(err error) (busy bool, after time.Duration) {
	var answer *awshttp.ResponseError
	if !errors.As(err, &answer) || answer.Response == nil || answer.Response.Response == nil {
		return false, 0
	}
	var api smithy.APIError
	code := ""
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	switch answer.HTTPStatusCode() {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		busy = true
	default:
		busy = slices.Contains([]string{"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests", "RequestTimeout", "InternalError"}, code)
	}
	return busy, retryAfter(answer.Response.Header)
}

// retryAfter is the wait that an answer asks for, 0 without one.
func retryAfter(h http.Header) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// broken tells whether there was no answer, or only a piece of one.
func broken(err error) bool {
	var answer *awshttp.ResponseError
	return !errors.As(err, &answer) || answer.HTTPStatusCode() < 300
}
