package demo

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/http"

	"github.com/captchad/captchad/web"
)

// pages are the templates.
type pages struct{ index, vendor *template.Template }

// parsePages reads the templates that are built in, so it cannot fail at run time
// if it does not in a test.
func parsePages() pages {
	return pages{index: parsePage("index.gohtml"), vendor: parsePage("vendor.gohtml")}
}

func parsePage(name string) *template.Template {
	return template.Must(template.ParseFS(web.Demo, "demo/layout.gohtml", "demo/"+name))
}

// layout is what every page shows.
type layout struct {
	Title   string
	Note    string
	Vendors []vendor
	Current string // name of the vendor whose page it is
}

func (s *site) layout(title, current string) layout {
	return layout{Title: title, Note: s.Note, Vendors: vendors, Current: current}
}

// vendorPage is the page of one vendor.
type vendorPage struct {
	layout
	Vendor  vendor
	Key     string // "": there is no Site to show it with
	Page    []piece
	Backend []piece
}

// index is GET /demo/.
func (s *site) index(w http.ResponseWriter, _ *http.Request) error {
	return render(w, s.pages.index, s.layout("captchad demo", ""))
}

// vendor is GET /demo/{vendor}.
func (s *site) vendor(w http.ResponseWriter, r *http.Request) error {
	v, err := find(r.PathValue("vendor"))
	if err != nil {
		return err
	}
	own, _, err := s.credentials(r.Context(), v.Name)
	if err != nil {
		return err
	}
	inCode := cmp.Or(own.key, "YOUR_KEY")
	return render(w, s.pages.vendor, vendorPage{
		layout: s.layout(v.Title+" · captchad demo", v.Name), Vendor: v, Key: own.key,
		Page: v.Page.pieces(s.Public, inCode), Backend: v.Backend.pieces(s.Public, inCode),
	})
}

// render writes a page as a whole, or nothing of it.
func render(w http.ResponseWriter, page *template.Template, data any) error {
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "layout.gohtml", data); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = out.WriteTo(w) // fails only if the client is gone
	return nil
}
