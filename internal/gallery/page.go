package main

import (
	"bytes"
	"html/template"
	"os"
)

// page is the contact sheet. Its one script hides what one does not look for.
var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Totem: every screen</title>
<style>
body { margin: 2rem; font: 16px/1.4 "Noto Sans", sans-serif; color: #17324d; background: #f2f5f9 }
h1 { margin: 0 } h2 { margin: 2.5rem 0 .5rem; border-top: 2px solid #7a8a9b; padding-top: .5rem }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start }
figure { margin: 0; width: 216px } figure.wide { width: 384px }
img { width: 100%; border: 1px solid #7a8a9b; background: #fff } figcaption { font-size: 13px; color: #3f5163 }
figure.misfit img { border: 4px solid #7a4200 } .why { color: #7a4200; font-weight: 600 }
nav { columns: 14rem } input { font: inherit; padding: .3rem .6rem; width: 24rem }
</style>
<h1>Totem: every screen</h1>
<p>{{.Count}} pictures. Each opens in its kept size. <input id="find" placeholder="show only: ar · 200 · low reach · contrast"></p>
<nav>{{range .Scenes}}<a href="#{{.Name}}">{{.Name}}</a><br>{{end}}</nav>
{{range .Scenes}}<section><h2 id="{{.Name}}">{{.Name}}</h2><div class="row">
{{range .Pictures}}<figure class="{{if .Wide}}wide{{end}}{{if .Why}} misfit{{end}}"><a href="{{.File}}"><img loading="lazy" src="{{.File}}" alt="{{.Words}}"></a><figcaption>{{.Words}}{{range .Why}}<br><span class="why">{{.}}</span>{{end}}</figcaption></figure>
{{end}}</div></section>
{{end}}
<script>
document.getElementById("find").addEventListener("input", function (e) {
  var words = e.target.value.toLowerCase().split(/[·,\s]+/).filter(Boolean)
  document.querySelectorAll("figure").forEach(function (f) {
    var said = f.querySelector("figcaption").textContent.toLowerCase().split(/[,\s]+/)
    f.hidden = !words.every(function (w) { return said.indexOf(w) >= 0 })
  })
  document.querySelectorAll("section").forEach(function (s) { s.hidden = !s.querySelector("figure:not([hidden])") })
})
</script>
</html>
`))

type picture struct {
	File, Words string
	Wide        bool
	Why         []string // what does not fit on it
}

type section struct {
	Name     string
	Pictures []picture
}

// writePage writes the contact sheet of all that was painted.
func writePage(path string, all []painted) error {
	var list []section
	for _, v := range all {
		if len(list) == 0 || list[len(list)-1].Name != v.scene.Name {
			list = append(list, section{Name: v.scene.Name})
		}
		last := &list[len(list)-1]
		last.Pictures = append(last.Pictures, picture{File: v.file(), Words: v.words(), Wide: v.panel.glass.Landscape(), Why: v.misfits})
	}
	var b bytes.Buffer
	if err := page.Execute(&b, map[string]any{"Count": len(all), "Scenes": list}); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
