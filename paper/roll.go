package paper

// Roll is what is known of the roll of paper in a printer: how much of it has been used and, once its end draws near,
// how much the sensor leaves. It is a value that survives a restart. The zero Roll is one of which nothing is known.
type Roll struct {
	Length  int  `json:"length,omitempty"`  // millimetres of a new roll; 0: not known
	Used    int  `json:"used,omitempty"`    // millimetres printed since the roll was put in, or since it is watched
	Whole   bool `json:"whole,omitempty"`   // Used counts from a new roll
	Near    bool `json:"near,omitempty"`    // the sensor sees its end
	AtNear  int  `json:"at_near,omitempty"` // Used when it first did
	Reserve int  `json:"reserve,omitempty"` // millimetres that are left when it first does: the model's, then as earlier rolls taught
}
