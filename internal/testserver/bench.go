package testserver

import (
	"context"
	"errors"
	"fmt"
)

// Serve runs f, which may start servers, and then stops every one of them and
// deletes its folder. It is for a measuring program what Main is for a test
// binary.
func Serve(f func() error) error {
	session.Lock()
	open := session.open
	session.open = true
	session.Unlock()
	if open {
		return errors.New("testserver: already serving")
	}
	defer stopAll()
	return f()
}

// NewPostgres returns the superuser's URL of a new, empty database on this
// program's PostgreSQL.
func NewPostgres(ctx context.Context) (string, error) {
	url, err := newPostgres(ctx)
	if err != nil {
		return "", fmt.Errorf("testserver: %w", err)
	}
	return url, nil
}
