package fault

// Entry is what a technician looks up under a code.
type Entry struct {
	Code    Code
	Meaning string // one sentence
	Remedy  string // what to do in general; a fault itself often knows better
}

// List returns every code, in order.
func List() []Entry {
	return []Entry{
		{CodeInternal, "The program has a defect.", "Report it with the log around that moment; start the program again."},
		{CodeUsage, "The command line is not understood.", "See the command's --help."},
		{CodeConfig, "A configuration file cannot be read or is wrong.", "Correct the lines that are named; docs/totem-toml.md describes every field."},
		{CodeOffice, "An office file cannot be read or is wrong.", "Correct the lines that are named; docs/office-file.md describes every field."},
		{CodeSystem, "The system lacks something that the program needs.", "Install what is named, or update the totem."},
		{CodeClock, "The totem's clock is not the scheduler's, or nobody vouches for it.", "Set the clock or confirm it with totem vouch, and check its battery and time service; all goes on by itself when it is right."},
		{CodeStopped, "The command was asked to stop before it had done its work.", "Run it again."},
		{CodeNotice, "The office is in production, and its notice of the data is not complete.", "Complete the fields of the office file that are named, and have the scheduler serve it; docs/office-file.md describes every field."},
		{CodeNotifier, "A notifier file, or a file of a secret that it names, cannot be read or is wrong.", "Correct what is named; docs/notifier-file.md describes every field."},
		{CodeProvisioning, "The provisioning file is wrong.", "Correct the lines that are named, on any computer, and put the card back; docs/provisioning.md describes every field, and totem setup check FILE checks one at a desk."},
		{CodeNoFile, "There is no provisioning file on the card.", "Put it on the card's first partition as totem/provision.toml; provision.toml.example beside it is one to begin with."},
		{CodeSpent, "The provisioning file holds no token that could still be used, and this device needs one.", "Have a new token made by scheduler enrol, and write it into totem/provision.toml."},
		{CodeOtherPlace, "The provisioning file is for another office or totem than this device.", "Put this device's own card in; or, if it is really to take the other place, read docs/provisioning.md on what is erased, and write replace = true and a new token."},
		{CodeUnfit, "The provisioning file asks for what this device does not have.", "Correct what is named, or connect what is missing."},
		{CodeStoreOpen, "The totem's database cannot be opened or written.", "Check that the data folder is there, mounted, writable, and owned by the totem's user."},
		{CodeStoreDamaged, "The totem's database is damaged.", "Keep its files aside under another name, never erase them; start again with a new store, and fence the totem at the scheduler."},
		{CodeStoreFull, "The disk of the totem's database is full.", "Make room on the data partition; nothing half-done was kept."},
		{CodeStoreLocked, "Another process uses the totem's database.", "Stop the other process; a totem runs once."},
		{CodeStoreForeign, "The database belongs to another office, totem or program.", "Give the totem its own data folder, or correct its office and name in totem.toml."},
		{CodeData, "The data partition is not there, or cannot be written.", "Switch the totem off and on once; if it stays so, the card is worn out or was not written whole: write a new one."},
		{CodePrinterOpen, "The printer's line cannot be opened.", "Connect the printer, switch it on, and check printer.path in totem.toml."},
		{CodePrinterLost, "The line to the printer went away.", "Check the printer's cable and power; tickets go on with number and code on the screen."},
		{CodePrinterMute, "The printer does not answer.", "Check its power and cable, and that speed, flow control and profile are those set on the printer."},
		{CodePrinterState, "The printer answers and cannot print.", "Act on the conditions named: put in a roll, close the cover, clear the cutter."},
		{CodePrinterLate, "The totem was too late for its print head, and stopped the slip.", "Give the totem real-time rights as docs/hardware/thermal-head.md says; totem doctor shows how late it was."},
		{CodeLinkRefused, "The scheduler refuses this totem.", "Do what the refusal says."},
		{CodeLinkFork, "Another device speaks with this totem's name, or its disk is an old copy.", "Give one of the two another name, or erase this totem's data and fence it at the scheduler."},
		{CodeLinkVersion, "A message is of a version or form that is not understood.", "Update the older of totem and scheduler."},
		{CodeUnprovisioned, "The totem is not provisioned: it has no key or no credentials.", "Have a token made by scheduler enrol, and run totem provision with it; tickets go on from the grant meanwhile."},
		{CodeIdentity, "The totem's identity is damaged, readable by others, or another totem's.", "Do what is named, or provision the totem anew with a new key."},
		{CodeLinkServer, "The server's key is not the one that this totem was given.", "Check the address; if the scheduler's key was really replaced, provision the totem anew, else look for who stands in between."},
		{CodeLinkKey, "The scheduler does not accept this totem's key or token.", "Have a new token made by scheduler enrol, and provision the totem with it."},
		{CodeLinkSilent, "The scheduler does not answer.", "Check the network, the address in totem.toml, and that the scheduler runs."},
		{CodePeersListen, "The totem cannot listen for the other totems of its office.", "Check peers.listen in totem.toml: another program may have that port, or the address is not one of this device; it is tried again."},
		{CodeProxySilent, "The proxy on the way to the scheduler does not answer, or is none.", "Check the network, the proxy's address and port, and that it speaks HTTP."},
		{CodeProxyRefused, "The proxy on the way to the scheduler does not let the totem through.", "Check its user and password, and have it allow CONNECT to the scheduler's address and port."},
		{CodeCable, "No network cable is plugged in, or its other end is off.", "Plug the cable in at both ends; try another socket or another cable; see that the switch has power."},
		{CodeAddress, "The network gives the totem no address.", "See that the network has a DHCP server and lets the totem in, or write a fixed address into the provisioning file."},
		{CodeCentralStore, "The scheduler's data directory cannot be used.", "Check that it is there, belongs to the scheduler's user, has space left, and that no other scheduler uses it."},
		{CodeCentralNATS, "The NATS server cannot be used.", "Check that it runs, its address, its disk, and that JetStream is on."},
		{CodeCentralEmpty, "The scheduler's data directory holds no scheduler.", "Make a new one by scheduler init, or have an earlier one again by scheduler restore."},
		{CodeEdit, "A day of an office cannot be edited as it is now.", "Do what is named; nothing was changed."},
		{CodeDisplay, "There is no display.", "Start an X server and name it in DISPLAY."},
		{CodeFramebuffer, "The bare screen cannot be painted on.", "Check that the panel is plugged in and has power while the totem starts, and that the board is one of those known to fit."},
		{CodeXServer, "The X server does not start, or has ended.", "Check the panel's cable, and what provisioning says of the panel; the line of its log that is quoted says more."},
		{CodeTouchOpen, "The touch panel cannot be opened.", "Check its cable and power, what totem.toml says of it, and that the totem's user may read it; it is looked for again."},
		{CodeTouchState, "The touch panel tells of no touch, or of one that does not end.", "Clean and dry the glass, look for what presses on it, and check the panel's cable; totem doctor touch --watch shows what it tells."},
		{CodeKeypad, "The keypad cannot be opened.", "Check its cable, what totem.toml says of it, and that the totem's user may read it; it is looked for again."},
		{CodeScanner, "The code reader cannot be opened.", "Check its cable, what totem.toml says of it, and that the totem's user may read it; codes can be typed meanwhile."},
		{CodeVoice, "Nothing can be spoken.", "Check that espeak-ng and the player of totem.toml are installed, and that the sound card is there and not used by others."},
		{CodeCalibration, "The calibration of the touch panel was refused.", "Touch the middle of each cross, one finger and nothing else on the glass; check that the panel is the one of this screen."},
		{CodeBoardLine, "A line of the board, for door, lamp or paper, cannot be used.", "Check [board] in totem.toml against gpiodetect and gpioinfo, and that the totem's user may use it; tickets go on."},
		{CodeBacklight, "The panel's backlight cannot be set.", "Check board.backlight in totem.toml against /sys/class/backlight, and that the totem's user may write there; the panel stays as it is."},
		{CodeBoardDisk, "The data partition is nearly full, or its file system has counted errors.", "Make room on it; after errors replace the card soon."},
		{CodeBoardCard, "The card or chip says that it nears the end of its life.", "Plan to replace it."},
		{CodeBoardPower, "The board is too warm, or its supply was too low.", "Look at fan, vents, sun, power supply and its cable."},
		{CodeBoardDoor, "The door of the totem stands open.", "Have it shut; if it is, check the contact and its wire."},
		{CodeBootState, "The boot state on the card's small partition cannot be read or written.", "Try again; if it stays so, the card is worn out or was not written whole: write a new one. The totem starts from slot A meanwhile, or from B."},
		{CodeBootSlots, "The kiosk fails again and again, and the other root slot is no better.", "Read the log of the kiosk for the cause; an update, or a card written anew, brings another program."},
		{CodeBootTrial, "The running root slot is still on trial, and the other one is what the totem returns to.", "Wait until the kiosk has run for two minutes, or say totem bootstate good if it is; then try again."},
	}
}
