package dialect_test

import (
	"net/url"
	"reflect"
	"testing"

	"github.com/captchad/captchad/server/dialect"
)

func FuzzFormsAreReadAsNetURLReadsThem(f *testing.F) {
	for _, encoded := range []string{
		"", "a=1&b=2", "a=1&a=2&b", "=x", "&&a=1&", "a=%20+%C3%BC", "a=%zz&b=1", "a=1;b=2&c=3", "a==1", "%61=1&a=2", "a=%", "a%=1",
	} {
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		got := url.Values{}
		good := dialect.EachField(encoded, got.Add)
		want, err := url.ParseQuery(encoded)
		if good != (err == nil) || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %v, %v; net/url reads %v, %v", encoded, got, good, want, err)
		}
	})
}
