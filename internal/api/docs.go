package api

func (d *desk) docs() {}
