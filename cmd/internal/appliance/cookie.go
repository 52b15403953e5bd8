package appliance

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// An authority file is a row of records, as Xauth.h of libXau has them; all numbers are of 16 bits, the higher byte first.
//
//	| field   | what it is                                                             |
//	|---------|------------------------------------------------------------------------|
//	| family  | of the address; 65535, FamilyWild, is any                              |
//	| address | length, then so many bytes; none for any                               |
//	| number  | length, then the display's number in digits                            |
//	| name    | length, then the way of proving oneself, "MIT-MAGIC-COOKIE-1"          |
//	| data    | length, then the cookie: 16 bytes for MIT-MAGIC-COOKIE-1 (Xsecurity(7)) |
const (
	anyFamily   = 0xFFFF
	magicCookie = "MIT-MAGIC-COOKIE-1"
	cookieSize  = 16
)

// authority returns an authority file with one record.
func authority(display int, cookie [cookieSize]byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, anyFamily)
	for _, field := range [][]byte{nil, strconv.AppendInt(nil, int64(display), 10), []byte(magicCookie), cookie[:]} {
		b = append(binary.BigEndian.AppendUint16(b, uint16(len(field))), field...)
	}
	return b
}

// writeCookie writes an authority file with a new cookie, for its owner and the owner's group, in the place of an earlier one.
func writeCookie(path string, display int, random io.Reader) error {
	var cookie [cookieSize]byte
	if _, err := io.ReadFull(random, cookie[:]); err != nil {
		return fmt.Errorf("draw a cookie: %w", err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".draft-*")
	if err != nil {
		return err
	}
	_, err = draft.Write(authority(display, cookie))
	if err = errors.Join(err, draft.Chmod(0o640), draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(draft.Name()))
	}
	return nil
}
