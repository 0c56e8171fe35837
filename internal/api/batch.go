package api

func (d *desk) batch() {}
