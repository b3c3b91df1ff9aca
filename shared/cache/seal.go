package cache

import (
	"bytes"
	"compress/flate"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
)

// A sealed value is a mark, a message authentication code over the mark, the key
// and the body, and the body, compressed.
const (
	mark     = "leo1"
	sealSize = len(mark) + sha256.Size
)

var errForeign = errors.New("the value is not what was put under this key")

// seal makes a value that only this key and this secret open.
func seal(secret []byte, id string, value []byte) ([]byte, error) {
	var body bytes.Buffer
	w, err := flate.NewWriter(&body, flate.BestSpeed)
	if err != nil {
		return nil, err //nolint:wrapcheck // the level is a constant
	}
	if _, err := w.Write(value); err != nil {
		return nil, err //nolint:wrapcheck // a buffer does not fail
	}
	if err := w.Close(); err != nil {
		return nil, err //nolint:wrapcheck // a buffer does not fail
	}
	out := append([]byte(mark), code(secret, id, body.Bytes())...)
	return append(out, body.Bytes()...), nil
}

// open returns a sealed value of at most limit bytes, or errForeign.
func open(secret []byte, id string, sealed []byte, limit int) ([]byte, error) {
	if len(sealed) < sealSize || string(sealed[:len(mark)]) != mark {
		return nil, errForeign
	}
	body := sealed[sealSize:]
	if !hmac.Equal(sealed[len(mark):sealSize], code(secret, id, body)) {
		return nil, errForeign
	}
	value, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(body)), int64(limit)+1))
	if err != nil || len(value) > limit {
		return nil, errForeign
	}
	return value, nil
}

func code(secret []byte, id string, body []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(mark + id + "\x00"))
	h.Write(body)
	return h.Sum(nil)
}
