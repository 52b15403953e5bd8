package postsim

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"

	"example.org/totem/privacy"
)

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

// gateway takes what a webhook tells.
func (p *Post) gateway(w http.ResponseWriter, r *http.Request) {
	var m struct {
		Key     string          `json:"key"`
		Channel privacy.Channel `json:"channel"`
		To      string          `json:"to"`
		Subject string          `json:"subject"`
		Text    string          `json:"text"`
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/messages" || r.Header.Get("Content-Type") != "application/json":
		http.Error(w, "POST JSON to /messages", http.StatusMethodNotAllowed)
		return
	case err != nil || dec.Decode(&m) != nil || m.Key == "" || m.To == "" || m.Text == "":
		http.Error(w, "not understood", http.StatusUnprocessableEntity)
		return
	case p.cfg.Token != "" && r.Header.Get("Authorization") != "Bearer "+p.cfg.Token:
		http.Error(w, "who is there?", http.StatusUnauthorized)
		return
	}
	fault := p.brought()
	if fault == 0 || fault == Drop {
		p.takeOnce(Message{m.Channel, m.To, m.Subject, m.Text, m.Key})
	}
	p.answer(w, r, fault)
}

// takeOnce keeps a message unless one with its key was kept.
func (p *Post) takeOnce(m Message) {
	p.mu.Lock()
	known := p.keys[m.Key]
	p.keys[m.Key] = true
	p.mu.Unlock()
	if !known {
		p.take(m)
	}
}

func (p *Post) answer(w http.ResponseWriter, r *http.Request, fault Fault) {
	switch fault {
	case Refuse:
		http.Error(w, "no such number", http.StatusBadRequest)
	case Busy:
		http.Error(w, "later", http.StatusServiceUnavailable)
	case Deny:
		http.Error(w, "who is there?", http.StatusUnauthorized)
	case Garble:
		http.Redirect(w, r, p.URL(), http.StatusTemporaryRedirect)
	case Mute:
		select {
		case <-r.Context().Done():
		case <-p.over:
		}
	case Drop:
		panic(http.ErrAbortHandler) // cuts the line
	case Flooded:
		w.WriteHeader(http.StatusInternalServerError)
		for p.isOpen() {
			if _, err := w.Write(make([]byte, 4<<10)); err != nil {
				return
			}
		}
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

func (p *Post) isOpen() bool {
	select {
	case <-p.over:
		return false
	default:
		return true
	}
}
