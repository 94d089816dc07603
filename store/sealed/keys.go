package sealed

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// keyBytes is how long a master key is: AES-256.
const keyBytes = 32

// MasterKeys encrypt what is kept and decrypt it again. The zero MasterKeys has no
// key: it leaves what it is given as it is.
type MasterKeys struct{ keys []masterKey } // the one that encrypts first

type masterKey struct {
	mark [4]byte // tells the keys apart, and nothing of them
	aead cipher.AEAD
}

// NewMasterKey draws a key, as a line that [ParseMasterKeys] reads.
func NewMasterKey() string {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails
	return base64.StdEncoding.EncodeToString(key)
}

// ParseMasterKeys reads keys of 32 bytes in base64, one to a line. The first one
// encrypts; those below it are of earlier times and only decrypt. Empty lines, and
// those that begin with #, mean nothing.
func ParseMasterKeys(text string) (*MasterKeys, error) {
	m := &MasterKeys{}
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := newMasterKey(line)
		if err != nil {
			return nil, fmt.Errorf("master key in line %d: %w", number+1, err)
		}
		m.keys = append(m.keys, key)
	}
	if len(m.keys) == 0 {
		return nil, errors.New("there is no master key")
	}
	return m, nil
}

// newMasterKey does not repeat the line in its errors.
func newMasterKey(line string) (masterKey, error) {
	secret, err := base64.StdEncoding.DecodeString(line)
	if err != nil || len(secret) != keyBytes {
		return masterKey{}, fmt.Errorf("want %d bytes in base64", keyBytes)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return masterKey{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return masterKey{}, err
	}
	digest := sha256.Sum256(append([]byte("captchad master key"), secret...))
	return masterKey{mark: [4]byte(digest[:4]), aead: aead}, nil
}

// prefix begins all that is encrypted: what has another beginning is from before
// there was a master key. The number is the version of what follows, which is the
// key's mark and what AES-GCM makes, nonce first.
const prefix = "sealed:1:"

// What [MasterKeys] cannot decrypt.
var (
	errNoMasterKey    = errors.New("it is encrypted, and no master key is given")
	errOtherMasterKey = errors.New("it is encrypted under a master key that is not given")
	errAltered        = errors.New("it was altered, or belongs to something else")
)

// seal encrypts a secret. The name of what it belongs to has to be known again to
// open it, so that who can write to the database cannot put one in the place of
// another.
func (m *MasterKeys) seal(secret []byte, name string) []byte {
	if len(m.keys) == 0 {
		return secret
	}
	first := m.keys[0]
	sealed := append([]byte(prefix), first.mark[:]...)
	return first.aead.Seal(sealed, nil, secret, []byte(name))
}

// open decrypts what seal has made. What was never encrypted comes back as it is.
func (m *MasterKeys) open(kept []byte, name string) ([]byte, error) {
	sealed, is := bytes.CutPrefix(kept, []byte(prefix))
	if !is {
		return kept, nil
	}
	if len(m.keys) == 0 {
		return nil, errNoMasterKey
	}
	var mark [4]byte
	text := sealed[copy(mark[:], sealed):]
	i := slices.IndexFunc(m.keys, func(k masterKey) bool { return k.mark == mark })
	if i < 0 {
		return nil, errOtherMasterKey
	}
	secret, err := m.keys[i].aead.Open(nil, nil, text, []byte(name))
	if err != nil {
		return nil, errAltered
	}
	return secret, nil
}

// sealText is seal for a column of text.
func (m *MasterKeys) sealText(secret, name string) string {
	if len(m.keys) == 0 {
		return secret
	}
	return prefix + base64.RawStdEncoding.EncodeToString(m.seal([]byte(secret), name)[len(prefix):])
}

// openText is open for a column of text.
func (m *MasterKeys) openText(kept, name string) (string, error) {
	encoded, is := strings.CutPrefix(kept, prefix)
	if !is {
		return kept, nil
	}
	sealed, err := base64.RawStdEncoding.DecodeString(encoded)
	if err != nil {
		return "", errAltered
	}
	secret, err := m.open(append([]byte(prefix), sealed...), name)
	return string(secret), err
}
