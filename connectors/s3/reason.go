package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"waybill/internal/decode"
	"waybill/internal/source"
)

// reason is what a caller may know of err: the store's code and status without
// its prose, or what the network said.
func reason(ctx context.Context, err error) error {
	if ended := context.Cause(ctx); ended != nil {
		return ended
	}
	status, code := 0, ""
	var answer *awshttp.ResponseError
	if errors.As(err, &answer) {
		status = answer.HTTPStatusCode()
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		code = api.ErrorCode()
	}
	if kind := kindOf(status, code); kind != nil {
		return kind
	}
	if status != 0 {
		return fmt.Errorf("the store answered %d %s", status, code)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return errors.New("the request could not be made")
}

// kindOf is the error that callers branch on.
func kindOf(status int, code string) error {
	switch {
	case code == "NoSuchKey" || code == "NoSuchBucket":
		return fmt.Errorf("%w (%s)", source.ErrGone, code)
	case code == "InvalidObjectState":
		return fmt.Errorf("the object is archived (InvalidObjectState): %w", decode.ErrUnreadable)
	case status == http.StatusBadRequest && (code == "InvalidRequest" || code == "BadRequest" || strings.HasPrefix(code, "KMS")):
		return fmt.Errorf("refused, as an object is that is encrypted with a key the scan does not have (%s): %w", code, decode.ErrUnreadable)
	case status == http.StatusNotFound:
		return source.ErrGone
	case status == http.StatusPreconditionFailed:
		return decode.ErrChanged
	case (status == http.StatusForbidden || status == http.StatusUnauthorized) && code != "" && code != "Forbidden" && code != "AccessDenied":
		return fmt.Errorf("%w (%s)", source.ErrPermission, code) // InvalidAccessKeyId, RequestTimeTooSkewed
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return source.ErrPermission
	}
	return nil
}
