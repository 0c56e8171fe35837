package cli_test

import "passbook/internal/book"

// What a route is for, in the walk over all routes: who may, what stands in its path, and what it is sent.
type walked struct {
	act   book.Act // what it asks for, by which the book's table of roles says who may; strangers is for everybody there is
	of    string   // account, contact, cousin, promise, case, entry, member, theirs; "" for nothing that belongs to a client
	query string   // what stands behind the path, as in ?q=x
	body  string   // a form of a page, or JSON of the API; "" sends none
	file  bool     // a form with a file is sent

	theirs  string // what {theirs} is: a session, token, view, letter, mailbox, upload or run (an upload that was taken in) of another firm's member, made for this route
	stream  bool   // it never ends; what it tells is the log as it is seen
	session bool   // of the API: what no token does
	ends    bool   // it ends sessions or changes how one signs in, so it is walked by a session of its own, after all others
	never   string // why nobody is answered well, where even who may is not
}

// strangers says of a route that nobody is asked who they are.
const strangers book.Act = "come as a stranger"

// walkedRoutes has a line for each route that is served: of the pages, of the API, of what watches the program. A new route
// takes a new line, with the act that it asks for where it is sent well, which is that of its command: book.ActAny where any
// member may.
//
//	"GET /clients/{id}": {act: book.ActAny, of: "account"},              // a page of one account
//	"POST /team/invite": {act: book.ActFirm, body: "name=Eve&role=member"}, // not for every role
var walkedRoutes = map[string]walked{
	// The day.
	"GET /{$}":         {act: book.ActAny},
	"GET /later":       {act: book.ActAny},
	"POST /later":      {act: book.ActServe, body: `item={account}&until=1&reason=x`},
	"POST /undo":       {act: book.ActLog, body: `entry={jotted}`},
	"GET /search":      {act: book.ActAny},
	"GET /commitments": {act: book.ActAny},
	"GET /portfolio":   {act: book.ActAny},

	// Clients.
	"GET /clients":             {act: book.ActAny},
	"POST /clients/bulk":       {act: book.ActPeople, body: `account={account}&do=tag&tag=x`},
	"GET /clients/known":       {act: book.ActAny},
	"GET /people":              {act: book.ActAny},
	"POST /clients/known":      {act: book.ActPeople, body: `contact={known}`},
	"GET /clients/new":         {act: book.ActAny},
	"POST /clients/new":        {act: book.ActPeople, body: `name={who}+Tann`},
	"GET /clients/new/similar": {act: book.ActAny},
	"POST /clients/views":      {act: book.ActView, body: `name=mine&query=tier%3DA`},
	"POST /clients/views/drop": {act: book.ActView, body: `view={theirs}`, theirs: "view"},
	"GET /duplicates":          {act: book.ActAny},
	"POST /duplicates/apart":   {act: book.ActPeople, body: `a={contact}&b={brotherer}`},
	"POST /duplicates/merge":   {act: book.ActPeople, body: `from={brother}&into={account}`},

	// A client.
	"GET /clients/{id}":                          {act: book.ActAny, of: "account"},
	"POST /clients/{id}":                         {act: book.ActLog, of: "account", body: `kind=note&text=x`},
	"GET /clients/{id}/brief":                    {act: book.ActAny, of: "account"},
	"GET /clients/{id}/statement":                {act: book.ActAny, of: "account"},
	"GET /clients/{id}/timeline":                 {act: book.ActAny, of: "account"},
	"POST /clients/{id}/edit":                    {act: book.ActPeople, of: "account", body: `stage=seller`},
	"GET /clients/{id}/files/{entry}":            {act: book.ActAny, of: "account"},
	"POST /clients/{id}/files":                   {act: book.ActLog, of: "account", file: true},
	"POST /clients/{id}/people":                  {act: book.ActPeople, of: "account", body: `name=Zoe`},
	"POST /clients/{id}/people/{person}":         {act: book.ActPeople, of: "account", body: `name=Zoe`},
	"POST /clients/{id}/people/{person}/consent": {act: book.ActPeople, of: "account", body: `channel=email&consent=given&source=card`},
	"POST /clients/{id}/pages/{person}":          {act: book.ActPeople, of: "account"},
	"POST /clients/{id}/pages/{link}/end":        {act: book.ActPeople, of: "account"},
	"POST /clients/{id}/people/{person}/leave":   {act: book.ActPeople, of: "account"},
	"POST /clients/{id}/pulses":                  {act: book.ActLog, of: "account", body: `with={sister}&by=letter`},
	"POST /clients/{id}/write":                   {act: book.ActLog, of: "account", body: `with={sister}&subject=x&text=y`},
	"POST /clients/{id}/relate":                  {act: book.ActPeople, of: "account", body: `other={brother}&role=friend`},
	"POST /clients/{id}/unmerge":                 {act: book.ActPeople, of: "account", body: `other={merged}`},

	// What a person may ask for. Who is erased is somebody whom no other route is about.
	"GET /people/{id}/erase":  {act: book.ActErase, of: "account"},
	"POST /people/{id}/erase": {act: book.ActErase, of: "erased", body: `name=Zoltan+Elm&password=a+few+plain+words`},
	"GET /people/{id}/file":   {act: book.ActExport, of: "account"},

	// What is taken in. Uploads are of whoever handed them in.
	"GET /import":                  {act: book.ActImport},
	"POST /import":                 {act: book.ActImport, file: true},
	"POST /import/undo":            {act: book.ActImport, body: `run={run}`, theirs: "run"},
	"GET /import/{id}":             {act: book.ActImport, of: "theirs", theirs: "upload"},
	"POST /import/{id}":            {act: book.ActImport, of: "theirs", theirs: "upload", body: `create=all`},
	"POST /import/{id}/discard":    {act: book.ActImport, of: "theirs", theirs: "upload"},
	"GET /import/{id}/rejects/{n}": {act: book.ActImport, of: "theirs", theirs: "run"},
	"POST /import/{id}/stop":       {act: book.ActImport, of: "theirs", theirs: "upload"},

	// The firm.
	"GET /audit":                          {act: book.ActAny},
	"GET /audit/door":                     {act: book.ActAny},
	"GET /team":                           {act: book.ActAny},
	"POST /team/invite":                   {act: book.ActFirm, body: `name=Eve&email=eve@acme.example&role=member`},
	"GET /team/{id}":                      {act: book.ActFirm, of: "member"},
	"POST /team/{id}":                     {act: book.ActFirm, of: "member", body: `department=West`},
	"POST /team/away":                     {act: book.ActAway, body: `deputy={ben}&until=2026-03-09`},
	"POST /team/{id}/away":                {act: book.ActFirm, of: "member", body: `deputy=`},
	"POST /team/{id}/link":                {act: book.ActFirm, of: "member", body: `password=a+few+plain+words`},
	"POST /team/{id}/second":              {act: book.ActFirm, of: "member", body: `password=a+few+plain+words`},
	"POST /team/{id}/end":                 {act: book.ActFirm, of: "member", body: `id={pass}`},
	"GET /team/{id}/leave":                {act: book.ActFirm, of: "member"},
	"POST /team/{id}/leave":               {act: book.ActFirm, of: "jan", body: `to=Ana`},
	"GET /outbox":                         {act: book.ActAny},
	"POST /outbox/{id}":                   {act: book.ActLetters, of: "theirs", theirs: "letter", body: `do=drop`},
	"GET /settings/calendar":              {act: book.ActAny},
	"POST /settings/calendar":             {act: book.ActFirm, body: `zone=Europe/Berlin&days=mon&opens=09:00&closes=17:00`},
	"GET /settings/fields":                {act: book.ActAny},
	"POST /settings/fields":               {act: book.ActFirm, body: `name=Zone&kind=text`},
	"POST /settings/fields/remove":        {act: book.ActFirm, body: `name=Zone`},
	"GET /settings/mailboxes":             {act: book.ActAny},
	"POST /settings/mailboxes":            {act: book.ActFirm, body: `name={who}-page&host=imap.example&login=x@example.com&secret=s`},
	"POST /settings/mailboxes/{id}":       {act: book.ActImport, of: "theirs", theirs: "mailbox", body: `do=read`},
	"GET /settings/playbooks":             {act: book.ActAny},
	"POST /settings/playbooks":            {act: book.ActFirm, file: true},
	"GET /settings/playbooks/{name}":      {act: book.ActAny},
	"GET /settings/playbooks/{name}/file": {act: book.ActAny},
	"GET /settings/keeping":               {act: book.ActAny},
	"GET /settings/tariff/{name}":         {act: book.ActAny},
	"POST /settings/tariff/{name}":        {act: book.ActFirm, body: `half_life_days=100`},
	"POST /settings/tariff/{name}/use":    {act: book.ActFirm, body: `entry={tariff}`},

	// What is of oneself.
	"GET /settings":                 {act: book.ActAny},
	"POST /settings/like":           {act: book.ActAny, body: `language=en&theme=dark`},
	"POST /settings/export":         {act: book.ActTake},
	"POST /settings/token":          {act: book.ActAny, body: `scope=read&label=x&password=a+few+plain+words`},
	"POST /settings/password":       {act: book.ActAny, body: `old=a+few+plain+words&new=a+few+plain+words`, ends: true},
	"POST /settings/revoke":         {act: book.ActAny, body: `kind=session&id={theirs}`, theirs: "session"},
	"POST /settings/second":         {act: book.ActAny, ends: true},
	"POST /settings/second/confirm": {act: book.ActAny, body: `secret={key}&code={code}&password=a+few+plain+words`, ends: true},
	"POST /settings/second/drop":    {act: book.ActAny, body: `password=a+few+plain+words`, ends: true},
	"POST /signout":                 {act: book.ActAny, ends: true},

	// The door, and what has no secrets.
	"GET /signin":                  {act: strangers},
	"POST /signin":                 {act: strangers},
	"GET /signin/oidc":             {act: strangers},
	"GET /signin/oidc/back":        {act: strangers},
	"GET /forgot":                  {act: strangers},
	"POST /forgot":                 {act: strangers},
	"GET /link/{secret}":           {act: strangers},
	"POST /link/{secret}":          {act: strangers},
	"GET /hello":                   {act: strangers},
	"POST /hello":                  {act: strangers, body: `name=Zoe&email=zoe@example.com&message=x`},
	"GET /c/{secret}":              {act: strangers},
	"POST /c/{secret}":             {act: strangers, body: `act=ask&message=x`},
	"GET /c/pulse/{secret}":        {act: strangers},
	"POST /c/pulse/{secret}":       {act: strangers, body: `score=2`},
	"GET /c/stop/{secret}":         {act: strangers},
	"POST /c/stop/{secret}":        {act: strangers, body: `List-Unsubscribe=One-Click`},
	"GET /static/":                 {act: strangers},
	"GET /sw.js":                   {act: strangers},
	"GET /healthz":                 {act: strangers},
	"GET /readyz":                  {act: strangers},
	"GET /api/v1/docs":             {act: strangers},
	"GET /api/v1/openapi.json":     {act: strangers},
	"GET /api/v1/openapi.yaml":     {act: strangers},
	"GET /api/v1/openapi-3.0.json": {act: strangers},
	"GET /api/v1/openapi-3.0.yaml": {act: strangers},

	// The API: the day.
	"GET /api/v1/today":         {act: book.ActAny},
	"POST /api/v1/today/snooze": {act: book.ActServe, body: `{"item":"{account}","until":"2026-03-04T00:00:00Z","reason":"x"}`},
	"POST /api/v1/today/wake":   {act: book.ActServe, body: `{"item":"{account}"}`},
	"GET /api/v1/due":           {act: book.ActAny},
	"GET /api/v1/search":        {act: book.ActAny, query: "?q=x"},
	"GET /api/v1/portfolio":     {act: book.ActAny},
	"GET /api/v1/cadence":       {act: book.ActAny},
	"GET /api/v1/events":        {act: book.ActAny, stream: true},

	// The API: accounts.
	"GET /api/v1/accounts":                       {act: book.ActAny},
	"POST /api/v1/accounts":                      {act: book.ActPeople, body: `{"name":"Zed Fir"}`},
	"POST /api/v1/accounts:bulk":                 {act: book.ActPeople, body: `{"accounts":["{account}"],"tag":["x"]}`},
	"GET /api/v1/accounts/{id}":                  {act: book.ActAny, of: "account"},
	"PATCH /api/v1/accounts/{id}":                {act: book.ActPeople, of: "account", body: `{"stage":"seller"}`},
	"GET /api/v1/accounts/{id}/brief":            {act: book.ActAny, of: "account"},
	"GET /api/v1/accounts/{id}/entries":          {act: book.ActAny, of: "account"},
	"GET /api/v1/accounts/{id}/statement":        {act: book.ActAny, of: "account"},
	"GET /api/v1/accounts/{id}/files":            {act: book.ActAny, of: "account"},
	"GET /api/v1/accounts/{id}/file":             {act: book.ActExport, of: "account"},
	"POST /api/v1/accounts/{id}/erase":           {act: book.ActErase, of: "gone", body: `{"password":"a few plain words"}`},
	"POST /api/v1/accounts/{id}/merge":           {act: book.ActPeople, of: "twin", body: `{"into":"{account}"}`},
	"POST /api/v1/accounts/{id}/unmerge":         {act: book.ActPeople, of: "twin"},
	"POST /api/v1/accounts/{id}/relations":       {act: book.ActPeople, of: "account", body: `{"to":"{open}","as":"friend"}`},
	"POST /api/v1/accounts/{id}/letters":         {act: book.ActLog, of: "account", body: `{"with":"{contact}","subject":"x","text":"y"}`},
	"POST /api/v1/accounts/{id}/files":           {act: book.ActLog, of: "account", query: "?name=x.txt", body: `x`},
	"GET /api/v1/accounts/{id}/files/{entry}":    {act: book.ActAny, of: "account"},
	"DELETE /api/v1/accounts/{id}/files/{entry}": {act: book.ActLog, of: "account"},
	"GET /api/v1/duplicates":                     {act: book.ActAny},
	"POST /api/v1/duplicates/apart":              {act: book.ActPeople, body: `{"a":"{contact}","b":"{sister}"}`},
	"GET /api/v1/suggestions":                    {act: book.ActAny},
	"GET /api/v1/tags":                           {act: book.ActAny},
	"GET /api/v1/views":                          {act: book.ActAny},
	"POST /api/v1/views":                         {act: book.ActView, body: `{"name":"x","query":"tier=A"}`},
	"DELETE /api/v1/views/{id}":                  {act: book.ActView, of: "theirs", theirs: "view"},

	// The API: people.
	"GET /api/v1/contacts":                            {act: book.ActAny},
	"POST /api/v1/contacts":                           {act: book.ActPeople, body: `{"name":"Zed Oak"}`},
	"GET /api/v1/contacts/{id}":                       {act: book.ActAny, of: "contact"},
	"PATCH /api/v1/contacts/{id}":                     {act: book.ActPeople, of: "contact", body: `{"set":{"dog":"Rex"}}`},
	"POST /api/v1/contacts/{id}/accounts":             {act: book.ActPeople, of: "contact", body: `{"account":"{account}","role":"friend"}`},
	"DELETE /api/v1/contacts/{id}/accounts/{account}": {act: book.ActPeople, of: "cousin"},
	"GET /api/v1/contacts/{id}/consents":              {act: book.ActAny, of: "contact"},
	"POST /api/v1/contacts/{id}/consents":             {act: book.ActPeople, of: "contact", body: `{"channel":"email","consent":"withdrawn"}`},
	"GET /api/v1/accounts/{id}/links":                 {act: book.ActAny, of: "account"},
	"POST /api/v1/accounts/{id}/links":                {act: book.ActPeople, of: "account", body: `{"with":"{contact}"}`},
	"DELETE /api/v1/links/{id}":                       {act: book.ActPeople, of: "page"},
	"GET /api/v1/contacts/{id}/file":                  {act: book.ActExport, of: "contact"},
	"POST /api/v1/contacts/{id}/erase":                {act: book.ActErase, of: "goneer", body: `{"password":"a few plain words"}`},

	// The API: entries, and what is owed.
	"GET /api/v1/entries":                {act: book.ActAny},
	"POST /api/v1/entries":               {act: book.ActLog, body: `{"kind":"note","account":"{account}","text":"x"}`},
	"POST /api/v1/entries:batch":         {act: book.ActLog, body: `{"kind":"note","account":"{account}","text":"x"}`},
	"GET /api/v1/entries/{id}":           {act: book.ActAny, of: "entry"},
	"POST /api/v1/entries/{id}/void":     {act: book.ActLog, of: "entry", body: `{}`},
	"POST /api/v1/undo":                  {act: book.ActLog, body: `{"target":"{noted}"}`},
	"GET /api/v1/promises":               {act: book.ActAny},
	"POST /api/v1/promises/{id}/break":   {act: book.ActServe, of: "promise", body: `{}`},
	"POST /api/v1/promises/{id}/keep":    {act: book.ActServe, of: "kept", body: `{}`},
	"POST /api/v1/promises/{id}/release": {act: book.ActServe, of: "released", body: `{}`},
	"POST /api/v1/promises/{id}/move":    {act: book.ActServe, of: "moved", body: `{"due":"2026-05-01T00:00:00Z"}`},
	"GET /api/v1/cases":                  {act: book.ActAny},
	"GET /api/v1/engagements":            {act: book.ActAny},
	"GET /api/v1/pulses":                 {act: book.ActAny},
	"POST /api/v1/accounts/{id}/pulses":  {act: book.ActLog, of: "account", body: `{"with":"{contact}","by":"page"}`},
	"POST /api/v1/cases/{id}/resolve":    {act: book.ActServe, of: "case", body: `{}`},
	"POST /api/v1/cases/{id}/update":     {act: book.ActServe, of: "matter", body: `{"text":"x"}`},

	// The API: what is taken in. Uploads are of whoever handed them in, so that of nobody's there is nothing to forbid.
	"GET /api/v1/imports":                  {act: book.ActImport},
	"POST /api/v1/imports":                 {act: book.ActImport, query: "?name=x.vcf", body: "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zadie Yew\r\nEND:VCARD\r\n"},
	"DELETE /api/v1/imports/{id}":          {act: book.ActAny, of: "theirs", theirs: "upload"},
	"GET /api/v1/imports/{id}":             {act: book.ActAny, of: "theirs", theirs: "upload"},
	"GET /api/v1/imports/{id}/rejects/{n}": {act: book.ActAny, of: "theirs", theirs: "run"},
	"POST /api/v1/imports/{id}/start":      {act: book.ActAny, of: "theirs", theirs: "upload"},
	"POST /api/v1/imports/{id}/stop":       {act: book.ActAny, of: "theirs", theirs: "upload", never: "it is over before anybody could stop it"},
	"POST /api/v1/imports/{id}/undo":       {act: book.ActUndo, of: "theirs", theirs: "run"},

	// The API: the firm.
	"GET /api/v1/members":                   {act: book.ActAny},
	"POST /api/v1/members":                  {act: book.ActFirm, body: `{"name":"Zoe"}`},
	"GET /api/v1/members/{id}":              {act: book.ActAny, of: "member"},
	"PATCH /api/v1/members/{id}":            {act: book.ActFirm, of: "member", body: `{"department":"West"}`},
	"POST /api/v1/members/{id}/away":        {act: book.ActFirm, of: "member", body: `{"deputy":"Ana","until":"2026-03-09T00:00:00Z"}`},
	"DELETE /api/v1/members/{id}/away":      {act: book.ActFirm, of: "member"},
	"POST /api/v1/members/{id}/leave":       {act: book.ActFirm, of: "ida", body: `{"to":"Ana"}`},
	"GET /api/v1/members/{id}/passes":       {act: book.ActFirm, of: "member"},
	"POST /api/v1/members/{id}/end":         {act: book.ActFirm, of: "member", body: `{"pass":"{pass}"}`},
	"POST /api/v1/members/{id}/link":        {act: book.ActFirm, of: "member", body: `{"password":"a few plain words"}`},
	"POST /api/v1/members/{id}/second/drop": {session: true, act: book.ActFirm, of: "member", body: `{"password":"a few plain words"}`},
	"GET /api/v1/fields":                    {act: book.ActAny},
	"POST /api/v1/fields":                   {act: book.ActFirm, body: `{"name":"Zone","kind":"text","order":1}`},
	"DELETE /api/v1/fields/{name}":          {act: book.ActFirm},
	"GET /api/v1/playbooks":                 {act: book.ActAny},
	"POST /api/v1/playbooks":                {act: book.ActFirm, body: `{"source":"residential-sales"}`},
	"POST /api/v1/playbooks/try":            {act: book.ActAny, body: `{"source":"residential-sales"}`},
	"GET /api/v1/playbooks/{name}":          {act: book.ActAny},
	"GET /api/v1/playbooks/{name}/versions": {act: book.ActAny},
	"GET /api/v1/audit":                     {act: book.ActAny},
	"GET /api/v1/audit/door":                {act: book.ActAny},
	"GET /api/v1/letters":                   {act: book.ActAny},
	"POST /api/v1/letters/{id}":             {act: book.ActLetters, of: "theirs", theirs: "letter", body: `{"do":"drop"}`},
	"GET /api/v1/mailboxes":                 {act: book.ActAny},
	"POST /api/v1/mailboxes":                {act: book.ActFirm, body: `{"name":"{who}","host":"imap.example","login":"x@example.com","password":"s"}`},
	"POST /api/v1/mailboxes/{id}/read":      {act: book.ActImport, of: "theirs", theirs: "mailbox"},
	"DELETE /api/v1/mailboxes/{id}":         {act: book.ActImport, of: "theirs", theirs: "mailbox"},
	"GET /api/v1/export":                    {act: book.ActTake},
	"GET /api/v1/verify":                    {act: book.ActFirm},
	"GET /api/v1/sessions":                  {act: book.ActAny},
	"DELETE /api/v1/sessions/{id}":          {act: book.ActAny, of: "theirs", theirs: "session"},
	"GET /api/v1/settings":                  {act: book.ActAny},
	"PATCH /api/v1/settings":                {act: book.ActAny, body: `{"theme":"dark"}`},
	"POST /api/v1/settings/password":        {act: book.ActAny, body: `{"password":"a few plain words","new":"a few plain words"}`, ends: true, session: true},
	"POST /api/v1/settings/second":          {act: book.ActAny, ends: true, session: true},
	"POST /api/v1/settings/second/confirm":  {act: book.ActAny, body: `{"secret":"{key}","code":"{code}","password":"a few plain words"}`, ends: true, session: true},
	"POST /api/v1/settings/second/drop":     {act: book.ActAny, body: `{"password":"a few plain words"}`, ends: true, session: true},
	"GET /api/v1/tokens":                    {act: book.ActAny},
	"POST /api/v1/tokens":                   {act: book.ActAny, body: `{"scope":"read","password":"a few plain words"}`},
	"DELETE /api/v1/tokens/{id}":            {act: book.ActAny, of: "theirs", theirs: "token"},
}
