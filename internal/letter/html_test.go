package letter

import "testing"

func TestHTMLText(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"plain &lt;b&gt; &amp; more": "plain <b> & more",
		"<p>one\n  two</p>\n<p>three<br/>four</p>":                                     "one two\n\nthree\nfour",
		"<div>a</div><div>b</div><div><br></div><div>c</div>":                          "a\nb\n\nc",
		"<b>bo</b>ld <i>x</i>":                                                         "bold x",
		"<ul><li>a<li>b</ul>end":                                                       "- a\n- b\n\nend",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>":                        "a b\nc",
		"<head><title>no</title><style>p{x:\"</p>\"}</style></head>yes":                "yes",
		"<script>if(a<b){}</script>yes":                                                "yes",
		"<!-- <p>no</p> -->yes<!--[if mso]>no<![endif]-->":                             "yes",
		"<a href=\"https://example.com/?a>b\">here</a>":                                "here",
		"1 < 2 and 3 > 2":                                                              "1 < 2 and 3 > 2",
		"<p title='it>s'>ok</p><p title=\"never closed>still</p>":                      "ok\n\nstill",
		"<pre>a\n  b\n\n\nc</pre>":                                                     "a\n  b\n\nc",
		"mine<blockquote>theirs<br>too<blockquote>older</blockquote></blockquote>mine": "mine\n\n> theirs\n> too\n\n> > older\n\nmine",
		"<style>never closed":                                                          "",
		"cut <a hre":                                                                   "cut",
		"<o:p>&nbsp;</o:p>x":                                                           "x",
	} {
		if got := htmlText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
