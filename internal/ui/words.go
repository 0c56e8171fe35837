package ui

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/pelletier/go-toml/v2"
)

//go:embed words
var wordFiles embed.FS

// Lang is a language and its texts.
type Lang struct {
	Code     string         // "en"
	Zone     *time.Location // where the reader is, for the times in refusals; nil is not known
	texts    map[string]string
	script   string   // the texts that scripts say, as markup
	months   []string // from January
	weekdays []string // from Sunday
}

// Say gives a text; a key that has none is shown as it is, which a test forbids.
func (l Lang) Say(key string, args ...any) string {
	text, ok := l.texts[key]
	if !ok {
		text = key
	}
	if len(args) == 0 {
		return text
	}
	said := fmt.Sprintf(text, args...)
	for _, a := range args { // a month that is cut short ends a sentence by its own point
		if word, ok := a.(string); ok && strings.HasSuffix(word, ".") && !strings.HasSuffix(word, "..") {
			said = strings.ReplaceAll(said, word+".", word)
		}
	}
	return said
}

// prepared puts aside what every page asks for.
func (l Lang) prepared() (Lang, error) {
	forScript := map[string]string{}
	for key, text := range l.texts {
		if name, ok := strings.CutPrefix(key, "key."); ok {
			forScript[name] = text
		}
	}
	var script strings.Builder
	err := templ.JSONScript("words", forScript).Render(context.Background(), &script)
	l.script = script.String()
	l.months, l.weekdays = strings.Fields(l.texts["date.months"]), strings.Fields(l.texts["date.weekdays"])
	return l, err
}

// Languages are the languages that pages can be read in, English first.
type Languages []Lang

// NewLanguages reads the message files: a folder per language, a file per group of texts. Every language must have the
// very same keys, and the same places to fill in.
func NewLanguages() (Languages, error) {
	byCode := map[string]Lang{}
	err := fs.WalkDir(wordFiles, "words", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := wordFiles.ReadFile(p)
		if err != nil {
			return err
		}
		var texts map[string]string
		if err := toml.Unmarshal(raw, &texts); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		code, group := path.Base(path.Dir(p)), strings.TrimSuffix(path.Base(p), ".toml")
		if byCode[code].texts == nil {
			byCode[code] = Lang{Code: code, texts: map[string]string{}}
		}
		for key, text := range texts {
			byCode[code].texts[group+"."+key] = text
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := Languages(slices.Collect(maps.Values(byCode)))
	for i := range all {
		if all[i], err = all[i].prepared(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b Lang) int {
		if (a.Code == "en") != (b.Code == "en") {
			if a.Code == "en" {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Code, b.Code)
	})
	return all, all.check()
}

func (all Languages) check() error {
	for _, l := range all {
		if len(l.months) != 12 || len(l.weekdays) != 7 {
			return fmt.Errorf("words/%s: date.months and date.weekdays want twelve and seven words", l.Code)
		}
	}
	for _, l := range all[1:] {
		for key, text := range all[0].texts {
			other, ok := l.texts[key]
			if !ok {
				return fmt.Errorf("words/%s lacks %q", l.Code, key)
			}
			if strings.Count(text, "%") != strings.Count(other, "%") {
				return fmt.Errorf("words/%s: %q has other places to fill in than English has", l.Code, key)
			}
		}
		for key := range l.texts {
			if _, ok := all[0].texts[key]; !ok {
				return fmt.Errorf("words/%s has %q, which English lacks", l.Code, key)
			}
		}
	}
	return nil
}

// Pick chooses by what the reader said, else by what the browser asks for, else English.
func (all Languages) Pick(said, accept string) Lang {
	for _, want := range append([]string{said}, strings.Split(accept, ",")...) {
		tag, _, _ := strings.Cut(strings.TrimSpace(want), ";")
		main, _, _ := strings.Cut(strings.ToLower(tag), "-")
		for _, l := range all {
			if main == l.Code {
				return l
			}
		}
	}
	return all[0]
}
