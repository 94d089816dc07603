package native

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// page is what a page may tell of itself. None of it decides anything.
type page struct {
	Language   string // a BCP 47 tag, such as "de-AT": what recordings are to be in
	ClientType string // the vendor's name for the device
	UserInfo   string // for the backend
	Failures   int    // wrong Answers so far
}

// How much of it there may be.
const (
	maxLanguage   = 35
	maxClientType = 32
	maxUserInfo   = 1024
	maxFailures   = 1_000_000
)

func readPage(raw json.RawMessage) (page, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return page{}, nil
	}
	object, err := dialect.ParseObject(raw)
	if err != nil {
		return page{}, invalid("page: want an object")
	}
	if err := object.Only("language", "client_type", "user_info", "failures"); err != nil {
		return page{}, err
	}
	var p page
	for _, text := range []struct {
		name  string
		limit int
		into  *string
	}{
		{"language", maxLanguage, &p.Language},
		{"client_type", maxClientType, &p.ClientType},
		{"user_info", maxUserInfo, &p.UserInfo},
	} {
		if *text.into, err = optional(object, text.name, text.limit); err != nil {
			return page{}, err
		}
	}
	if raw, given := object["failures"]; given && json.Unmarshal(raw, &p.Failures) != nil || p.Failures < 0 || p.Failures > maxFailures {
		return page{}, invalid(fmt.Sprintf("page.failures: want a whole number from 0 to %d", maxFailures))
	}
	return p, nil
}

// What the track of a pointer may have, so that a body holds it: an hour, and as
// many moves as the widget sends at most.
const (
	maxMoves  = 512
	maxAnswer = 32 << 10
	maxTrack  = time.Hour
)

// readTrack reads how the pointer went: [[ms, x, y], ...], the times since the
// first move, the places in pixels of the picture.
func readTrack(raw json.RawMessage) ([]captcha.Move, error) {
	text := string(raw)
	if strings.ContainsAny(text, " \t\r\n") {
		text = strings.Join(strings.Fields(text), "") // it is JSON: no number has a space in it
	}
	if text == "" || text == "null" || text == "[]" {
		return nil, nil
	}
	// A widget sends up to maxMoves of them, and json.Unmarshal, which has to tell
	// null from 0, would put each number on the heap.
	inner, opened := strings.CutPrefix(text, "[[")
	inner, closed := strings.CutSuffix(inner, "]]")
	if !opened || !closed {
		return nil, errTrack
	}
	track := make([]captcha.Move, 0, min(strings.Count(inner, "],[")+1, maxMoves))
	for text := range strings.SplitSeq(inner, "],[") {
		move, ok := readMove(text)
		if !ok || len(track) == maxMoves {
			return nil, errTrack
		}
		track = append(track, move)
	}
	return track, nil
}

var errTrack = invalid(fmt.Sprintf("track: want at most %d moves, each of three numbers [ms, x, y], within an hour", maxMoves))

func readMove(text string) (move captcha.Move, ok bool) {
	first, others, _ := strings.Cut(text, ",")
	second, third, _ := strings.Cut(others, ",")
	at, errAt := strconv.ParseFloat(first, 64)
	x, errX := strconv.ParseFloat(second, 64)
	y, errY := strconv.ParseFloat(third, 64)
	move = captcha.Move{At: time.Duration(math.Round(at * float64(time.Millisecond))), X: x, Y: y}
	return move, errAt == nil && errX == nil && errY == nil && at >= 0 && at <= float64(maxTrack/time.Millisecond)
}
