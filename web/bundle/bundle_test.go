package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func TestTheCommittedBundlesAreFresh(t *testing.T) {
	for name := range scripts {
		want, err := bundle("..", name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", "dist", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("dist/%s is not what its sources say: run make generate", name)
		}
	}
}

// maxSize is how many bytes a vendor's script may have on the wire.
const maxSize = 25 << 10

func TestEachScriptIsSmall(t *testing.T) {
	for name := range scripts {
		if size := gzippedSize(t, name); size > maxSize {
			t.Errorf("%s has %d bytes when compressed, want at most %d", name, size, maxSize)
		}
	}
}

func BenchmarkScripts(b *testing.B) {
	for name := range scripts {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := bundle("..", name); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(gzippedSize(b, name)), "gzip-bytes")
		})
	}
}

func gzippedSize(t testing.TB, name string) int {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "dist", name))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	writer, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Write(script); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
