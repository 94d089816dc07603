package captcha

// Maker makes one kind of puzzle and judges Answers to it. It keeps no state:
// all that it does follows from the seed and the settings of the Site. The laws
// that each Maker keeps are tests in captcha/puzzle/puzzletest.
type Maker interface {
	// Kind says which kind of puzzle this Maker makes.
	Kind() Kind

	// Settings lists what a Site may choose about puzzles of this kind.
	Settings() []Setting

	// Draw makes what the visitor is shown. The same seed and settings give the
	// same pixels.
	Draw(seed Seed, settings Settings) (*Puzzle, error)

	// Solution is the right Answer. It is found without drawing, because every
	// Answer is judged against it.
	Solution(seed Seed, settings Settings) Answer

	// Accepts tells whether given is close enough to the Solution. It never
	// accepts the zero Answer, and no Answer makes it panic.
	Accepts(seed Seed, settings Settings, given Answer) bool
}

// Preparer is a Maker that keeps a stock of what the puzzles of an [Epoch] have in
// common. What is not in stock is made when a puzzle needs it.
type Preparer interface {
	// Prepare makes one thing that is missing, and tells whether there may be
	// more to make.
	Prepare(epoch Epoch) (more bool)
}

// Stocker is a Preparer that tells what it has in stock, for those who watch.
type Stocker interface {
	// InStock is how many things of the epoch are made, and how many there will be.
	InStock(epoch Epoch) (made, of int)
}

// Puzzle is what the visitor is shown.
type Puzzle struct {
	Picture Media    // what to look at, or to listen to
	Piece   Media    // what belongs to it, if anything: of a slider the strip to push, of words a strip that shows what to click
	Clicks  int      // of words how many points its Answer has
	Words   []string // of words what to click, in order, if it is text; none for icons
}

// Media is one picture or recording in the form in which it travels.
type Media struct {
	Type          string // media type, such as "image/png"
	Width, Height int    // in pixels; 0 for a recording
	Data          []byte
}

// Answer is what the visitor gives. A kind of puzzle reads the part that means
// something to it. The zero Answer is right for no puzzle, so a Dialect gives
// it for what it could not read: such an Answer uses up an attempt.
type Answer struct {
	Points []Point // positions in pixels of the picture, in the order in which they were given
	Text   string  // what was typed
}

// Point is a position in a picture: pixels from its left and from its top edge.
// It need not be whole, nor inside the picture.
type Point struct{ X, Y float64 }
