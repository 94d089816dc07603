package words

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

//go:embed icons.txt
var iconsText string

// grid is how many units there are to a step of the grid that icons are drawn
// on.
const grid = 40

// parseIcons reads what icons.txt explains.
func parseIcons(text string) (names []string, shapes []outline, err error) {
	for line := range strings.Lines(text) {
		name, path, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found || strings.HasPrefix(name, "#") {
			continue
		}
		shape, err := parseIcon(path)
		if err != nil {
			return nil, nil, fmt.Errorf("icon %s: %w", name, err)
		}
		names, shapes = append(names, name), append(shapes, shape.fitted())
	}
	return names, shapes, nil
}

var errIncomplete = errors.New("a letter has too many numbers, or too few")

func parseIcon(path string) (outline, error) {
	i := icon{}
	fields := strings.Fields(path)
	for len(fields) > 0 {
		var numbers []int
		count := 1
		for ; count < len(fields) && !unicode.IsLetter(rune(fields[count][0])); count++ {
			n, err := strconv.Atoi(fields[count])
			if err != nil {
				return nil, err
			}
			numbers = append(numbers, n*grid)
		}
		if err := i.add(fields[0], numbers); err != nil {
			return nil, err
		}
		fields = fields[count:]
	}
	i.close()
	return i.shape, nil
}

// icon is an icon that is being read.
type icon struct {
	shape outline
	chain []point // the outline that is being drawn, if any
	hole  bool    // whether it takes away
}

func (i *icon) add(letter string, n []int) error {
	capital := strings.ToUpper(letter)
	if capital != "L" && capital != "C" {
		i.close()
		i.hole = letter != capital
	}
	switch {
	case capital == "M" && len(n) == 2:
		i.chain = []point{{n[0], n[1]}}
	case letter == "L" && len(n)%2 == 0 && i.chain != nil:
		i.chain = append(i.chain, points(n)...)
	case letter == "C" && len(n)%6 == 0 && i.chain != nil:
		for p := range slices.Chunk(points(n), 3) {
			i.chain = curve(i.chain, p[0], p[1], p[2])
		}
	case capital == "O" && len(n) == 3:
		i.disc(point{n[0], n[1]}, n[2])
	case capital == "R" && len(n) == 4:
		i.chain = []point{{n[0], n[1]}, {n[0] + n[2], n[1]}, {n[0] + n[2], n[1] + n[3]}, {n[0], n[1] + n[3]}}
		i.close()
	case capital == "S" && len(n) >= 5 && len(n)%2 == 1:
		i.stroke(n[0]/2, points(n[1:]))
	default:
		return fmt.Errorf("%s: %w", letter, errIncomplete)
	}
	return nil
}

func points(numbers []int) []point {
	var list []point
	for pair := range slices.Chunk(numbers, 2) {
		list = append(list, point{pair[0], pair[1]})
	}
	return list
}

// close ends an outline, which then goes the right way round.
func (i *icon) close() {
	if (area(i.chain) < 0) != i.hole {
		slices.Reverse(i.chain)
	}
	if i.chain != nil {
		i.shape = append(i.shape, i.chain)
	}
	i.chain = nil
}

func (i *icon) disc(middle point, radius int) {
	x, y, arm := middle.x, middle.y, radius*5523/10000
	i.chain = []point{{x + radius, y}}
	i.chain = curve(i.chain, point{x + radius, y + arm}, point{x + arm, y + radius}, point{x, y + radius})
	i.chain = curve(i.chain, point{x - arm, y + radius}, point{x - radius, y + arm}, point{x - radius, y})
	i.chain = curve(i.chain, point{x - radius, y - arm}, point{x - arm, y - radius}, point{x, y - radius})
	i.chain = curve(i.chain, point{x + arm, y - radius}, point{x + radius, y - arm}, point{x + radius, y})
	i.close()
}

func (i *icon) stroke(radius int, line []point) {
	for at, b := range line {
		i.disc(b, radius)
		if at == 0 {
			continue
		}
		a := line[at-1]
		// The square root of IEEE 754 is the same on every machine.
		long := max(1, int(math.Sqrt(float64((b.x-a.x)*(b.x-a.x)+(b.y-a.y)*(b.y-a.y)))))
		side := point{(a.y - b.y) * radius / long, (b.x - a.x) * radius / long}
		i.chain = []point{{a.x + side.x, a.y + side.y}, {a.x - side.x, a.y - side.y}, {b.x - side.x, b.y - side.y}, {b.x + side.x, b.y + side.y}}
		i.close()
	}
}
