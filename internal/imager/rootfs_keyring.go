package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// The files of a development authority, in its folder.
const (
	authorityCertificate = "authority.cert.pem"
	authorityKey         = "authority.key.pem"
	signerCertificate    = "signer.cert.pem"
	signerKey            = "signer.key.pem"
)

// keyringInTree is where RAUC looks for the certificates that it trusts.
const keyringInTree = "etc/rauc/keyring.pem"

// layKeyring puts the certificates that RAUC trusts into the tree: the configured ones, or those of a development authority.
func layKeyring(config RootConfig, root Root) error {
	from := config.Keyring
	if from == "" {
		from = filepath.Join(config.Development, authorityCertificate)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			config.Say("making a development authority in " + config.Development)
			if err := makeAuthority(config.Development, root.Time); err != nil {
				return fmt.Errorf("development authority: %w", err)
			}
		}
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("keyring: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return fmt.Errorf("keyring: %s holds no certificate in PEM", from)
	}
	if _, err := x509.ParseCertificate(block.Bytes); err != nil {
		return fmt.Errorf("keyring: %s: %w", from, err)
	}
	return replace(filepath.Join(root.Tree, keyringInTree), string(text), 0o644)
}

// makeAuthority makes an authority and one signer below it, valid for ten years from the day before the given time.
func makeAuthority(folder string, from time.Time) error {
	if err := errors.Join(os.MkdirAll(folder, 0o755), os.Chmod(folder, 0o700)); err != nil {
		return err
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Totem development authority"},
		NotBefore: from.AddDate(0, 0, -1), NotAfter: from.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	key, err := writePair(folder, authorityCertificate, authorityKey, authority, authority, nil)
	if err != nil {
		return err
	}
	signer := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Totem development signer"},
		NotBefore: authority.NotBefore, NotAfter: authority.NotAfter,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageEmailProtection},
	}
	_, err = writePair(folder, signerCertificate, signerKey, signer, authority, key)
	return err
}

// writePair writes a new key and its certificate; by is nil where the certificate signs itself. The certificate is written last, so that
// who finds it finds its key.
func writePair(folder, certificateName, keyName string, certificate, parent *x509.Certificate, by crypto.Signer) (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if by == nil {
		by = key
	}
	signed, err := x509.CreateCertificate(rand.Reader, certificate, parent, key.Public(), by)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, errors.Join(
		os.WriteFile(filepath.Join(folder, keyName), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600),
		os.WriteFile(filepath.Join(folder, certificateName), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o644))
}
