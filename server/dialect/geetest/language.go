package geetest

import "strings"

// languages are the vendor's words for those that its widget speaks.
var languages = map[string]string{
	"zh": "zho", "zh-cn": "zho", "zh-tw": "zho-tw", "zh-hk": "zho-hk", "zh-mo": "zho-hk", "ug": "udm", "ja": "jpn", "id": "ind",
	"ko": "kor", "ru": "rus", "ar": "ara", "es": "spa", "pt": "pon", "pt-pt": "por", "fr": "fra", "de": "deu", "en": "eng",
}

// language is the vendor's word for what a page asks for: in that word, or as a BCP
// 47 tag, of which subtags are dropped from the right until one is known.
func language(lang string) string {
	tag := strings.ToLower(lang)
	for _, word := range languages {
		if word == tag {
			return word
		}
	}
	for tag != "" {
		if word, ok := languages[tag]; ok {
			return word
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return "eng"
}
