package demo

// vendor is one vendor as the demo shows it. Each has a file of its own.
type vendor struct {
	Name    string // of its Dialect, and of its page
	Title   string
	Summary string // what the vendor's integration is, in a sentence
	Change  string // what an app changes to come here
	Form    form
	Widget  widget
	Page    snippet // what a site writes on its page
	Backend snippet // and behind it
	Command string  // makes a Site
	Open    bool    // a Site that names no hosts has its pages anywhere
	Remark  string  // what an operator has to know besides

	// redeem is the call by which an app's backend gives a Pass back.
	redeem func(credentials, login) (call, error)

	// accepts tells whether captchad's answer lets the visitor in.
	accepts func(answer) bool
}

// vendors are the demo's pages, in the order of its menu.
var vendors = []vendor{geetest, yidun, oneaccess, ajcaptcha, cloudbase, native}

// form is what the visitor fills in.
type form struct {
	Title    string
	Account  field
	Password bool   // which stays on the page
	Button   string // sends it
	Done     string // is said when the visitor is let in
}

// field names whom the Pass is for.
type field struct{ Label, Type, Value, Pattern, Hint string }

// widget is how the page shows the puzzle.
type widget struct {
	Script  string // its path; the page says so if it cannot be loaded
	Product string
	Kind    string // "": the Site's standard one
	Subject bool   // whether the Pass is bound to the account
}

const ownScript = "/native/v1/captchad.js"

// email is the account that most forms ask for.
var email = field{Label: "Email", Type: "email", Value: "ada@example.com"}

// find finds a vendor by name.
func find(name string) (vendor, error) {
	for _, v := range vendors {
		if v.Name == name {
			return v, nil
		}
	}
	return vendor{}, errNoVendor
}
