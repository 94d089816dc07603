package cloudbase

import (
	"crypto/rsa"
	"encoding/base64"
	"math/big"
)

// Thumbprint is thumbprint of the key with that modulus and exponent, in base64url.
func Thumbprint(n, e string) string {
	number := func(text string) *big.Int {
		raw, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			panic(err)
		}
		return new(big.Int).SetBytes(raw)
	}
	return thumbprint(&rsa.PublicKey{N: number(n), E: int(number(e).Int64())})
}
