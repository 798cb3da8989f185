#include "domain/lure_words.h"

struct word {
	const char *text;
	enum lure strength;
};

/* clang-format off */
#define C(w) {w, LURE_COMMON},
#define W(w) {w, LURE_STRONG},
/* By bytes, rising. */
static const struct word words[] = {
	C("academy") W("access") W("account") W("accounts") W("activate")
	W("activation") W("admin") C("africa") W("airdrop") W("alert")
	W("alerts") W("antifraud") C("api") C("app") C("apps") C("art")
	C("asia") C("at") C("au") C("australia") C("austria") W("auth")
	W("authentication") C("auto") C("baby") C("bags") C("bank")
	C("banking") C("base") C("be") C("beauty") C("belgie") C("belgique")
	C("belgium") W("benefits") C("berlin") C("best") W("bill")
	W("billing") C("blog") W("bonus") C("boutique") C("br") C("brasil")
	C("brazil") W("breach") C("bulgaria") C("buy") C("ca") C("canada")
	C("capital") W("care") W("career") W("careers") C("cars") W("case")
	C("cdn") W("center") W("centre") C("ch") C("cheap") C("chile")
	C("china") W("claim") W("claims") W("client") W("clients")
	C("cloud") C("club") C("cn") C("co") C("coin") C("colombia")
	C("com") C("community") C("company") W("compliance") W("confirm")
	W("confirmation") C("connect") W("contact") C("corp")
	C("corporation") C("costarica") W("credit") C("croatia") C("crypto")
	W("customer") W("customers") C("cz") C("czech") C("danmark")
	C("data") W("databreach") C("day") C("de") C("deal") C("deals")
	W("delivery") C("demo") C("denmark") C("design") C("deutschland")
	C("dev") C("digital") C("direct") C("discount") C("dk") W("docs")
	W("document") W("documents") C("download") C("downloads") C("dubai")
	C("easy") C("education") C("egypt") W("email") C("energy")
	W("enroll") W("enrollment") W("enrolment") C("es") C("espana")
	C("eu") C("europe") C("event") C("events") C("exchange")
	W("expired") C("express") C("factory") C("fashion") C("fast")
	C("fi") C("finance") C("financial") C("finland") C("flights")
	C("food") C("forum") C("foundation") C("fr") C("france") W("fraud")
	C("free") C("fund") C("funds") C("game") C("games") C("germany")
	C("get") W("gift") W("giftcard") C("global") C("gmbh") C("go")
	C("greece") C("group") C("groups") C("guide") C("health") W("help")
	W("helpdesk") W("hiring") C("home") C("hongkong") C("host")
	C("hosting") C("hotel") C("hotels") W("hr") C("hrvatska") C("hub")
	C("hungary") C("iceland") W("id") W("identity") C("ie") C("img")
	C("in") W("inbox") C("inc") W("incident") C("india") C("indonesia")
	W("info") W("information") C("insurance") C("international")
	C("intl") C("invest") C("investment") C("investments") W("invoice")
	W("invoices") C("ireland") W("irs") C("israel") C("it") C("italia")
	C("italy") C("japan") C("jewelry") W("job") W("jobs") C("join")
	C("jp") C("kids") C("korea") C("kr") C("kuwait") C("lab") C("labs")
	C("latvia") W("lawsuit") W("legal") C("link") C("links")
	C("lithuania") C("live") C("llc") C("loan") C("loans") W("locked")
	W("login") W("logon") C("london") C("ltd") C("luxembourg")
	C("magyar") C("magyarorszag") W("mail") W("mailer") C("malaysia")
	C("mall") C("market") C("media") C("medical") C("meet") C("men")
	C("mens") W("message") W("messages") C("mexico") W("migrate")
	W("migration") C("mobile") W("monitoring") C("morocco")
	C("mortgage") C("mta") C("music") C("mx") C("my") W("myaccount")
	C("nederland") C("net") C("netherlands") C("network") C("networks")
	C("new") W("news") W("newsletter") C("newyork") C("nl") C("no")
	C("norge") C("norway") W("notice") W("notices") W("notification")
	W("notifications") W("notify") C("now") C("nz") C("oesterreich")
	W("official") W("onboarding") W("online") W("order") W("orders")
	C("org") C("original") C("osterreich") C("our") C("outlet")
	C("outlets") W("owa") C("page") C("pages") W("parcel") C("paris")
	C("parts") W("passwd") W("password") W("pay") W("payment")
	W("payments") W("payroll") C("peru") C("pharmacy") C("philippines")
	C("phone") C("phones") C("photo") C("pl") C("plus") C("poland")
	C("polska") W("portal") C("portugal") C("power") W("privacy")
	C("pro") W("procurement") W("promo") W("promotion") W("protect")
	W("protection") C("pt") W("purchase") C("qatar") W("quote")
	W("quotes") C("real") W("recall") W("recovery") W("recruitment")
	W("refund") W("refunds") W("remittance") W("renew") W("renewal")
	W("reset") W("response") W("restore") C("review") C("reviews")
	W("reward") W("rewards") C("romania") C("ru") C("russia") C("sale")
	C("sales") C("saudi") C("school") C("schweiz") C("se") W("secure")
	W("security") C("serbia") C("server") W("service") W("services")
	W("settlement") W("settlements") W("shipment") W("shipping")
	C("shoes") C("shop") C("shops") W("signin") W("signon") W("signup")
	C("singapore") C("site") C("slovakia") C("slovenia") C("slovenija")
	C("slovensko") C("smtp") C("social") C("software") C("solutions")
	C("southafrica") C("spain") C("sport") C("sports") W("sso")
	C("stage") W("statement") W("statements") C("static") W("status")
	C("store") C("store24") C("stores") C("studio") C("style")
	C("suisse") C("suomi") W("supplier") W("suppliers") W("support")
	W("survey") W("suspended") C("sverige") C("swap") C("sweden")
	C("switzerland") C("systems") C("taiwan") W("tax") C("team")
	C("tech") C("technology") C("test") C("thailand") C("the")
	C("tickets") C("today") W("token") C("tokyo") C("top") C("tours")
	W("track") W("tracking") C("trade") C("trading") C("training")
	W("transfer") C("travel") C("try") C("tunisia") C("turkey")
	C("turkiye") C("tv") C("uae") C("uk") C("ukraine") C("university")
	W("unlock") W("update") W("updates") W("urgent") C("us") C("usa")
	W("validate") W("validation") W("vendor") W("vendors")
	W("verification") W("verified") W("verify") C("video") C("vietnam")
	C("vip") W("wallet") W("warning") C("watches") W("web") W("webmail")
	C("website") C("week") C("wiki") W("winner") C("women") C("womens")
	C("world") C("worldwide") W("www") C("your")
};
#undef C
#undef W
/* clang-format on */

/* Where the words of a letter begin. */
static size_t first_word(char letter)
{
	size_t lo = 0, hi = ARRAY_SIZE(words);

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (words[mid].text[0] < letter)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t digits(struct str s)
{
	size_t n = 0;

	while (n < s.n && ascii_is_digit(s.p[n]))
		n++;
	return n;
}

enum lure lure_word(struct str s)
{
	if (!s.n)
		return LURE_NONE;
	if (digits(s) == s.n)
		return LURE_COMMON;
	for (size_t i = first_word(s.p[0]);
	     i < ARRAY_SIZE(words) && words[i].text[0] == s.p[0]; i++)
		if (str_eq(s, str_of(words[i].text)))
			return words[i].strength;
	return LURE_NONE;
}

/* Each word that stands at `at`: fn marks where it ends. */
static void mark_ends(struct str text, size_t at, bool *end)
{
	struct str rest = str_from(text, at);
	size_t n = digits(rest);

	if (n) {
		/* part of a number is no number */
		if (!at || !ascii_is_digit(text.p[at - 1]))
			end[at + n] = true;
		return;
	}
	for (size_t i = first_word(rest.p[0]);
	     i < ARRAY_SIZE(words) && words[i].text[0] == rest.p[0]; i++) {
		struct str w = str_of(words[i].text);

		if (str_starts(rest, w))
			end[at + w.n] = true;
	}
}

/* True if some word at `at` ends where `tail` is set. */
static bool goes_on(struct str text, size_t at, const bool *tail)
{
	struct str rest = str_from(text, at);
	size_t n = digits(rest);

	if (n)
		return tail[at + n] && (!at || !ascii_is_digit(text.p[at - 1]));
	for (size_t i = first_word(rest.p[0]);
	     i < ARRAY_SIZE(words) && words[i].text[0] == rest.p[0]; i++) {
		struct str w = str_of(words[i].text);

		if (str_starts(rest, w) && tail[at + w.n])
			return true;
	}
	return false;
}

void lure_divide(struct str text, bool *head, bool *tail)
{
	memset(head, 0, (text.n + 1) * sizeof(*head));
	memset(tail, 0, (text.n + 1) * sizeof(*tail));
	head[0] = tail[text.n] = true;
	for (size_t i = 0; i < text.n; i++)
		if (head[i])
			mark_ends(text, i, head);
	for (size_t i = text.n; i-- > 0;)
		tail[i] = goes_on(text, i, tail);
}
