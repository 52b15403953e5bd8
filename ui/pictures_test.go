//go:build !race

package ui_test

import (
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// pictures are the screens that a person looks through: each shows something that no other does.
func pictures() map[string]shown {
	contrast, dark, soft := kiosk.Look{Theme: kiosk.HighContrast}, kiosk.Look{Theme: kiosk.Dark}, kiosk.Look{Theme: kiosk.LowContrast}
	large, low := kiosk.Look{Text: 200}, kiosk.Look{Low: true}
	it, en := locale.Italian, locale.English
	return map[string]shown{
		"start":               {scene: "start", lang: it, panel: upright()},
		"start-ar":            {scene: "start", lang: "ar", panel: upright()},
		"start-bn":            {scene: "start", lang: "bn", panel: upright()},
		"start-zh":            {scene: "start", lang: "zh", panel: upright()},
		"start-de":            {scene: "start", lang: "de", panel: upright()},
		"start-uk":            {scene: "start", lang: "uk", panel: upright()},
		"start-dark":          {scene: "start", lang: it, look: dark, panel: upright()},
		"start-soft":          {scene: "start", lang: it, look: soft, panel: upright()},
		"start-contrast":      {scene: "start", lang: it, look: contrast, panel: upright()},
		"start-125":           {scene: "start", lang: it, look: kiosk.Look{Text: 125}, panel: upright()},
		"start-150":           {scene: "start", lang: it, look: kiosk.Look{Text: 150}, panel: upright()},
		"start-contrast-200":  {scene: "start", lang: it, look: kiosk.Look{Theme: kiosk.HighContrast, Text: 200}, panel: upright()},
		"start-low":           {scene: "start", lang: it, look: low, panel: upright()},
		"start-low-200":       {scene: "start", lang: en, look: kiosk.Look{Text: 200, Low: true}, panel: upright()},
		"start-wide":          {scene: "start", lang: it, panel: wide()},
		"start-wide-ar":       {scene: "start", lang: "ar", panel: wide()},
		"start-wide-200":      {scene: "start", lang: it, look: large, panel: wide()},
		"start-wide-low":      {scene: "start", lang: it, look: low, panel: wide()},
		"start-small":         {scene: "start", lang: en, panel: smallUpright()},
		"start-small-wide":    {scene: "start", lang: "fr", panel: smallWide()},
		"start-long":          {scene: "start", lang: "de", panel: upright(), long: true},
		"start-offline":       {scene: "start-offline", lang: it, panel: upright()},
		"start-no-clock":      {scene: "start-no-clock", lang: "ro", panel: upright()},
		"languages":           {scene: "languages", lang: it, panel: upright()},
		"times":               {scene: "times", lang: it, panel: upright()},
		"times-ar":            {scene: "times", lang: "ar", panel: upright()},
		"times-200":           {scene: "times", lang: it, look: large, panel: upright()},
		"times-low":           {scene: "times", lang: "es", look: low, panel: upright()},
		"times-wide":          {scene: "times", lang: it, panel: wide()},
		"times-no-paper":      {scene: "times-no-paper", lang: it, panel: upright()},
		"number":              {scene: "number", lang: "uk", panel: upright()},
		"printing":            {scene: "printing", lang: it, panel: upright()},
		"take":                {scene: "take", lang: it, panel: upright()},
		"take-bn":             {scene: "take", lang: "bn", panel: upright()},
		"take-contrast-200":   {scene: "take", lang: it, look: kiosk.Look{Theme: kiosk.HighContrast, Text: 200}, panel: upright()},
		"paper-failed":        {scene: "paper-failed", lang: it, panel: upright()},
		"paper-failed-ar":     {scene: "paper-failed", lang: "ar", panel: upright()},
		"paper-failed-dark":   {scene: "paper-failed", lang: en, look: dark, panel: upright()},
		"paper-unknown-200":   {scene: "paper-unknown", lang: it, look: large, panel: upright()},
		"paper-failed-low":    {scene: "paper-failed", lang: it, look: low, panel: upright()},
		"refill":              {scene: "refill-paper-in", lang: it, panel: upright()},
		"code":                {scene: "code", lang: it, panel: upright()},
		"code-200":            {scene: "code", lang: "fr", look: large, panel: upright()},
		"code-wrong-low":      {scene: "code-wrong", lang: it, look: low, panel: upright()},
		"own":                 {scene: "own", lang: it, panel: upright()},
		"own-ar":              {scene: "own", lang: "ar", panel: upright()},
		"arrived":             {scene: "arrived", lang: it, panel: upright()},
		"cancel-ask":          {scene: "give-back-ask", lang: it, panel: upright()},
		"record":              {scene: "record", lang: it, panel: upright()},
		"record-200":          {scene: "record", lang: "es", look: large, panel: upright()},
		"privacy":             {scene: "privacy", lang: it, panel: upright()},
		"privacy-contacts":    {scene: "privacy-contacts", lang: en, panel: upright()},
		"start-focus":         {scene: "start-focus", lang: it, panel: upright()},
		"start-focus-wide":    {scene: "start-focus", lang: "fr", look: dark, panel: wide()},
		"times-focus-ar":      {scene: "times-focus", lang: "ar", look: contrast, panel: upright()},
		"voice":               {scene: "voice-focus", lang: it, panel: upright()},
		"voice-200":           {scene: "voice-focus", lang: "de", look: large, panel: upright()},
		"touch-silent":        {scene: "touch-silent-keys", lang: it, panel: upright()},
		"code-scan":           {scene: "code-scan", lang: en, panel: upright()},
		"help":                {scene: "help", lang: it, panel: upright()},
		"help-contrast-200":   {scene: "help", lang: "de", look: kiosk.Look{Theme: kiosk.HighContrast, Text: 200}, panel: upright()},
		"still-here":          {scene: "still-here", lang: it, panel: upright()},
		"closed":              {scene: "closed", lang: it, panel: upright()},
		"nothing-left":        {scene: "nothing-left", lang: it, panel: upright()},
		"out-of-service":      {scene: "out-of-service", lang: it, panel: upright()},
		"out-of-service-wide": {scene: "out-of-service", lang: en, look: contrast, panel: wide()},
	}
}
