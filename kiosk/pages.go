package kiosk

import (
	"slices"
	"strconv"

	"example.org/totem/locale"
)

// paged returns the body as the panel holds it: whole, or one of its pages. The pages share the body's head (the way
// back, the title) and its foot (answers, the promise); what is between is dealt out to them, each as full as it can be. A
// page has at least one thing, also where the panel has no room for it.
func (s State) paged(a around, body []Box) []Box {
	fits := func(body []Box) bool { return s.config.Room.Fits(a.screen(body)) }
	if s.config.Room == nil || fits(body) {
		return body
	}
	d, page := deal(body, allStays), s.page()
	if len(d.things) == 0 {
		return body
	}
	turn := func(page, pages int) []Box { return s.turn(a.Name, page, pages) }
	holds := func(d dealt, from, to int) bool {
		return fits(d.page([2]int{from, min(to, len(d.things))}, turn(len(d.things)-1, len(d.things))))
	}
	if !holds(d, 0, leastRow) {
		d = deal(body, headShrinks)
		for i := range d.things {
			if !holds(d, i, i+1) {
				d = deal(body, footShrinks)
				break
			}
		}
		if s.talk.picked && s.talk.aside == noAside {
			page = 0 // there is what was picked
		}
	}
	starts := d.breaks(turn(len(d.things)-1, len(d.things)), fits)
	if len(starts) < 2 {
		return body
	}
	if page >= len(starts) {
		page = 0
	}
	return d.page(span(starts, page, len(d.things)), turn(page, len(starts)))
}

// fits reports whether the panel holds the screen of this name with this body.
func (s State) fits(name string, body []Box) bool {
	return s.config.Room == nil || s.config.Room.Fits(s.around(name).screen(body))
}

// leastRow is how many services or times a page must hold beside all that stands over and under them: for fewer it is not
// said again.
const leastRow = 3

// page returns the page that the citizen turned to, of whatever is in front.
func (s State) page() int {
	switch {
	case s.talk.aside != noAside:
		return s.talk.leaf
	case s.talk.stage == atHome:
		return s.talk.shelf
	}
	return s.talk.page
}

// turnPage turns what is in front. How many pages there are only View knows, for it asks the panel.
func (s State) turnPage(to int) State {
	switch {
	case to < 0:
	case s.talk.aside != noAside:
		s.talk.leaf = to
	case s.talk.stage == atHome:
		s.talk.shelf = to
	default:
		s.talk.page, s.talk.picked = to, false
	}
	return s
}

// breaks returns with which thing each page begins. The way to the other pages is as wide as it gets, whatever the page.
func (d dealt) breaks(turn []Box, fits func(body []Box) bool) (starts []int) {
	n := len(d.things)
	held := min(4, n) // what the page before held is a good guess for the next
	for from := 0; from < n; from += held {
		starts = append(starts, from)
		fits := func(held int) bool { return fits(d.page([2]int{from, from + held}, turn)) }
		held = min(held, n-from)
		if fits(held) {
			for from+held < n && fits(held+1) {
				held++
			}
			continue
		}
		for held > 1 {
			if held--; fits(held) {
				break
			}
		}
	}
	return starts
}

// span returns the things of a page.
func span(starts []int, page, n int) [2]int {
	if page+1 < len(starts) {
		n = starts[page+1]
	}
	return [2]int{starts[page], n}
}

// turn returns the key that leads on to the next page, and from the last to the first, and the words that say which it is.
func (s State) turn(name string, page, pages int) []Box {
	next := locale.PageNext
	switch name {
	case "start":
		next = locale.StartMore
	case "times", "day":
		next = locale.TimesMore
	}
	return []Box{
		s.control(RoleMore, "more", TurnPage{To: (page + 1) % pages}, next),
		s.words(RolePage, locale.PageOf, locale.Word("page", strconv.Itoa(page+1)), locale.Word("pages", strconv.Itoa(pages))),
	}
}

// dealt is a body in parts.
type dealt struct {
	head, foot []Box
	things     []thing
}

// thing is what is not parted: boxes that belong together, or one child of a list.
type thing struct {
	boxes []Box
	list  *Box  // what the child is a part of, without its parts; nil: the boxes stand for themselves
	over  []Box // what stands over the list, on every page that has a part of it
}

// deal parts a body. Where there is something to choose from, all that stands over it may be of the head, and with it
// what is chosen: then nothing moves while pages are turned. Where that leaves too little room, less stays.
func deal(body []Box, what stays) dealt {
	from, to := 0, len(body)
	for from < to && (body[from].Role == RoleBack || body[from].Role == RoleTitle) {
		from++
	}
	for to > from && standsAtFoot(body[to-1].Role) {
		to--
	}
	foot := body[to:]
	list := slices.IndexFunc(body[:to], func(b Box) bool { return b.Role == RoleServices || b.Role == RoleHours || b.Role == RoleDays })
	switch {
	case list < 0:
	case what == allStays:
		from = list
	default: // what can be done besides is on the last page
		body, foot = besides(body, to, what)
		to = len(body)
	}
	d := dealt{head: body[:from], foot: foot}
	var held []Box // of the thing that goes on with the next box
	for i, b := range body[from:to] {
		switch {
		case apart(b) < len(b.Children):
			list := b
			list.Children = slices.Clip(b.Children[:apart(b)])
			for _, child := range b.Children[apart(b):] {
				d.things = append(d.things, thing{boxes: []Box{child}, list: &list, over: held})
			}
			held = nil
		case from+i+1 < to && belongs(b.Role, body[from+i+1].Role):
			held = append(held, b)
		default:
			d.things = append(d.things, thing{boxes: append(held, b)})
			held = nil
		}
	}
	return d
}

// stays is what of a body stands on each of its pages.
type stays uint8

const (
	allStays    stays = iota // what stands over a choice, and what under it
	headShrinks              // the title; under it all but what can be done besides
	footShrinks              // and of what stands under it no words
)

// besides moves what does not stay out of a foot, to what stands over it.
func besides(body []Box, foot int, what stays) (over, rest []Box) {
	over = slices.Clone(body[:foot])
	for _, b := range body[foot:] {
		if b.Role == RoleButton || what == footShrinks && (b.Role == RolePromise || b.Role == RoleNote) {
			over = append(over, b)
		} else {
			rest = append(rest, b)
		}
	}
	return over, rest
}

// apart returns from which child on the children of a box are things of their own: those of a list, and the notes of a
// card, whose first sentence is said again.
func apart(b Box) int {
	switch b.Role {
	case RoleServices, RoleHours, RoleRecord, RoleSteps, RoleDays, RoleFacts:
		return 0
	case RoleCard, RoleCaution:
		if len(b.Children) > 2 {
			return 1
		}
	}
	return len(b.Children)
}

func standsAtFoot(r Role) bool {
	switch r {
	case RoleButtons, RolePrimary, RoleButton, RoleLink, RolePromise, RoleCount, RoleNote:
		return true
	}
	return false
}

// belongs reports whether a box makes sense only together with the one below it.
func belongs(r, below Role) bool {
	switch r {
	case RoleNumber, RolePicture, RoleTyped, RoleText:
		return true
	case RoleWhen:
		return below == RoleNote
	case RoleNote:
		return below == RoleHours
	}
	return false
}

// page composes the body of a page: head, things, the way to the other pages, foot.
func (d dealt) page(part [2]int, turn []Box) []Box {
	body := slices.Clone(d.head)
	var list *Box
	for _, t := range d.things[part[0]:part[1]] {
		if t.list == nil {
			body, list = append(body, t.boxes...), nil
			continue
		}
		if t.list != list {
			body = append(body, t.over...)
			body, list = append(body, *t.list), t.list
		}
		last := &body[len(body)-1]
		last.Children = append(last.Children, t.boxes...)
	}
	return append(append(body, turn...), d.foot...)
}
