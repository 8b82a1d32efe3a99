package source

import (
	"crypto/x509"
	"errors"
	"net"
)

// NetworkReason finds the part of a driver's error that says what went wrong
// on the way to a server: it names hosts and certificates and nothing else. ok
// is false where the error has no such part.
func NetworkReason(err error) (reason error, ok bool) {
	var op *net.OpError
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	switch {
	case errors.As(err, &dns):
		return dns, true
	case errors.As(err, &op):
		return op, true
	case errors.As(err, &unknown):
		return unknown, true
	case errors.As(err, &host):
		return host, true
	}
	return nil, false
}
