package testserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

var tlsServer = sync.OnceValues(startPostgresTLS)

// secured is a server whose certificate is for 127.0.0.1, and the files of the
// authority that signed it and of one that did not.
type secured struct{ address, authority, other string }

// PostgresTLS returns the superuser's URL of PostgreSQL with TLS, which asks for
// none, and the certificates of the authority that signed the server's, for
// 127.0.0.1, and of one that did not.
func PostgresTLS(t testing.TB) (url, authority, other string) {
	t.Helper()
	s, err := tlsServer()
	if err != nil {
		t.Fatalf("testserver: %v", err)
	}
	return postgresURL(s.address, "postgres"), s.authority, s.other
}

func startPostgresTLS() (secured, error) {
	s, certificate, key, err := certify("postgres")
	if err != nil {
		return s, err
	}
	p, err := newCluster("-c", "ssl=on", "-c", "ssl_cert_file="+certificate, "-c", "ssl_key_file="+key)
	s.address = p.address
	return s, err
}

var mariadbTLSServer = sync.OnceValues(func() (string, error) {
	_, certificate, key, err := certify("mysql")
	if err != nil {
		return "", err
	}
	return newMariaDB("--ssl-cert="+certificate, "--ssl-key="+key)
})

// MariaDBTLS returns the superuser's URL of a new, empty database on a MariaDB
// that offers TLS and takes connections without.
func MariaDBTLS(t testing.TB) string {
	t.Helper()
	return databaseOn(t, mariadbTLSServer)
}

// certify makes the certificates of a server without an address, and those files
// of them that the server's user reads.
func certify(user string) (s secured, certificate, key string, err error) {
	owner, err := account(user)
	if err != nil {
		return s, "", "", err
	}
	dir, err := folder(user+"-tls", owner)
	if err != nil {
		return s, "", "", err
	}
	s.authority, s.other = filepath.Join(dir, "authority.pem"), filepath.Join(dir, "other.pem")
	certificate, key = filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key")
	err = errors.Join(sign(s.authority, certificate, key), sign(s.other, filepath.Join(dir, "unused.pem"), filepath.Join(dir, "unused.key")))
	if err == nil && owner != nil {
		err = os.Chown(key, int(owner.Uid), int(owner.Gid))
	}
	return s, certificate, key, err
}

// sign writes a new authority's certificate, and one for 127.0.0.1 that it
// signed with its key.
func sign(authority, certificate, key string) error {
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"}, NotBefore: root.NotBefore, NotAfter: root.NotAfter,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	rootDER, err1 := x509.CreateCertificate(rand.Reader, root, root, &rootKey.PublicKey, rootKey)
	leafDER, err2 := x509.CreateCertificate(rand.Reader, leaf, root, &leafKey.PublicKey, rootKey)
	keyDER, err3 := x509.MarshalPKCS8PrivateKey(leafKey)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	return errors.Join(writePEM(authority, "CERTIFICATE", rootDER, 0o644), writePEM(certificate, "CERTIFICATE", leafDER, 0o644), writePEM(key, "PRIVATE KEY", keyDER, 0o600))
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
