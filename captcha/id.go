package captcha

import (
	"encoding/binary"
	"encoding/hex"
	"time"
)

// ID names a Challenge. It is not random: it is one block, sealed under a key of
// the [Keyring], that holds the facts of the Challenge. So issuing a Challenge
// stores nothing, and any replica with the same keys knows it.
type ID [16]byte

// ParseID reads the form that IDs have on every wire: 32 lower-case hex digits.
// Other spellings of the same number are no IDs, or one Challenge would have
// several names.
func ParseID(text string) (ID, bool) {
	var id ID
	if len(text) != hex.EncodedLen(len(id)) {
		return ID{}, false
	}
	for _, digit := range []byte(text) {
		if (digit < '0' || digit > '9') && (digit < 'a' || digit > 'f') {
			return ID{}, false
		}
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return ID{}, false
	}
	return id, true
}

// String is the form that [ParseID] reads.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Challenge is one puzzle put to one visitor: the facts that its ID holds.
type Challenge struct {
	ID       ID
	SiteTag  uint32 // of the Site that it was issued for
	Kind     Kind
	IssuedAt time.Time // to the second, rounded down
}

// What a sealed block holds, byte by byte. A block of another format is not
// opened, so its Challenge ends as unknown, and is never judged by wrong rules.
//
//	0-3   the second of issue, since 1970 (good until the year 2106)
//	4-7   the Site's tag
//	8     the kind of puzzle
//	9     the format: 1
//	10-15 a nonce, so that IDs of one second differ
const blockFormat = 1

type nonce [6]byte

// block writes the facts of ch as a block to be sealed.
func (ch Challenge) block(n nonce) ID {
	var b ID
	binary.BigEndian.PutUint32(b[0:], uint32(ch.IssuedAt.Unix()))
	binary.BigEndian.PutUint32(b[4:], ch.SiteTag)
	b[8] = byte(ch.Kind)
	b[9] = blockFormat
	copy(b[10:], n[:])
	return b
}

// parseBlock reads an opened block. A block that was never sealed opens to
// noise, and looks plausible once in 2^40 times or so: its format, its kind and
// the Site's tag would have to fit by chance.
func parseBlock(b ID, siteTag uint32) (Challenge, bool) {
	ch := Challenge{
		SiteTag:  binary.BigEndian.Uint32(b[4:]),
		Kind:     Kind(b[8]),
		IssuedAt: time.Unix(int64(binary.BigEndian.Uint32(b[0:])), 0).UTC(),
	}
	_, known := kindNames[ch.Kind]
	return ch, b[9] == blockFormat && known && ch.SiteTag == siteTag
}
