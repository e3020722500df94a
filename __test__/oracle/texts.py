"""Writes texts.json: the texts that every tokenizer is compared on.

The hard texts stand there as they are. The random ones are put together from `fragments` by the generator below,
which is small enough to be written again in Rust and JavaScript: `random_texts` is its definition.

Run it again after a change: python3 texts.py
"""

import json
import pathlib
import unicodedata

HERE = pathlib.Path(__file__).parent

SCRIPTS = [
    "The quick brown fox jumps over the lazy dog. How's it going? I'll've been there, they're gone; don't!",
    "Der Fluß fließt über größere Äcker, süße Öfen – ÜBERMÄSSIG STRASSE straße ẞ",
    "L'été dernier, nous étions à Orléans : « C'est-à-dire… » œuvre naïve Noël ça où",
    "El niño comió piñas y ¿qué pasó? ¡Así! año vergüenza",
    "O coração não é só ação; avô e avó à noite. Ção ões",
    "Zażółć gęślą jaźń. Příliš žluťoučký kůň úpěl ďábelské ódy. Árvíztűrő tükörfúrógép",
    "İstanbul'da ışık ılık IĞDIR iğde. DİYARBAKIR diyarbakır",
    "Þetta er íslenska: ðað æðislegt ÞÓRR. Føroyar å ä ö",
    "Быстрая коричневая лисица перепрыгнула через ленивую собаку. Ёлка ёж Щука",
    "Україна: ґанок, її єдність. Беларусь: ўсё. Србија: Љубав Њега Џеп ђак",
    "Η γρήγορη καφετιά αλεπού. ΟΔΥΣΣΕΥΣ ὀδυσσεύς τέλος ΣΊΣΥΦΟΣ σας ᾧ ᾯ",
    "שלום עולם, בְּרֵאשִׁית בָּרָא אֱלֹהִים; זה \"מבחן\" של תל־אביב",
    "السلام عليكم ورحمة الله. هٰذَا نَصٌّ مُشَكَّلٌ ؟ ، ١٢٣ ـــ كتـــاب لا إله",
    "فارسی: می‌خواهم کتاب‌ها را ببینم؛ اُردو: یہ ایک ٹیسٹ ہے۔",
    "नमस्ते दुनिया। क्या हाल है? क्षत्रिय ज्ञान श्री हिन्दी १२३ ॐ",
    "বাংলা ভাষায় লেখা। আমি ভালো আছি ৳৫০ ক্ষ",
    "தமிழ் மொழி கொடுக்கப்பட்டது. ஸ்ரீ க்ஷ ௧௨௩",
    "తెలుగు భాష చాలా అందంగా ఉంది. ಕನ್ನಡ ಭಾಷೆ. മലയാളം ഭാഷ ന്‍ ൻ",
    "ગુજરાતી ભાષા. ਪੰਜਾਬੀ ਬੋਲੀ। ଓଡ଼ିଆ ଭାଷା। සිංහල භාෂාව ශ්‍රී",
    "ภาษาไทยไม่มีการเว้นวรรคระหว่างคำ ๑๒๓ กำลัง น้ำ เก่ง ไป",
    "ພາສາລາວ ສະບາຍດີ. မြန်မာဘာသာ စကား။ ភាសាខ្មែរ សួស្តី",
    "བོད་སྐད་ཡིག བཀྲ་ཤིས་བདེ་ལེགས། ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌",
    "ქართული ენა ძალიან ლამაზია. ᲥᲐᲠᲗᲣᲚᲘ. Հայերեն լեզու և Եւ ԵՒ",
    "አማርኛ ቋንቋ፡ ሰላም። ትግርኛ ፩፪፫",
    "生活的真谛是爱与被爱。繁體中文：臺灣、龍門。“引号”《书名》——破折号……１２３ＡＢＣ",
    "我爱北京天安门abc天安门上太阳升123。𠀀𠀁𪜀 㐀㐁 豈 龜 ⾀ ⼀",
    "日本語の文章です。カタカナ ｶﾀｶﾅ ひらがな が ガ が ゙ ー々〆ヶ東京都㍿㌔",
    "안녕하세요 세계! 각 각 ㄱㄴㄷ ㅋㅋㅋ 대한민국 한글",
    "Tiếng Việt: Đường đi khó không khó vì ngăn sông cách núi. ữ ữ",
    "ᎠᏂᏴᏫᏯ ᏣᎳᎩ ꮳꮃꭹ. ᐃᓄᒃᑎᑐᑦ. ⵜⴰⵎⴰⵣⵉⵖⵜ. ߒߞߏ ߒ",
    "𐌰𐌱𐌲 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒯ℯ𝓈𝓉 𝟘𝟙𝟚 ℵ ℝ ⁿ ½ ⅷ Ⅷ ㎏ ﬁ ﬀ ﬆ Ĳ ŉ ǆ",
    "𓀀𓁐 𒀀𒁀 𐎀 𐤀𐤁 𞤀𞤣 𑀓 🄰 🈁 🀄",
    "Latin Кириллица Ελληνικά mixed WordДаΩ中文日本ひ한عربىहि",
]

EMOJI = [
    "😀 😂 ❤️ ❤ ☺️ ☺ ✨ 🤗 👁️ 🥳",
    "👨‍👩‍👧‍👦 👩‍❤️‍💋‍👨 🏳️‍🌈 🏴‍☠️ 🧑🏻‍🤝‍🧑🏿 🕵️‍♂️ 🧙🏻‍♂",
    "🇩🇪🇫🇷🇯🇵 🇺 🇺🇸a 1️⃣ #️⃣ *⃣ ©️ ™️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "👍🏽👍🏿👍 😀😀😀😀 text😀text 😀\u200d 🤷\u200d♀️!",
    "🫠🫡🪿🩷🛜 🥹a\ufe0fb \u200d\u200d ♥︎♥️",
]

MARKS = [
    "e\u0301 \u00e9 e\u0301\u0323 e\u0323\u0301 o\u0302\u0301 \u1ed1 a\u030a \u212b \u00c5 A\u030a",
    "Z\u0351\u036b\u0343\u036a\u0342\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA\u036b",
    "\u0301start \u0301 mid\u0301\u0301\u0301 end\u0301",
    "\u1e9b\u0323 \u1e69 s\u0323\u0307 s\u0307\u0323 \u0344 \u0958 \u2adc \U0001d15e \uac00\u11a8 \u1100\u1161\u11a8 \u2126 \u212a",
    "\u0e33 \u0eb3 \u0f77 \u0f79 \u0f81 \u0cca \u0d4b \u09cb \u0b4c \u1026 \u3094 \u30d9 \u304b\u3099",
    "i\u0307 \u0130 \u0131 I\u0307 \u01f0 j\u030c \u1e96 \u0149 \u0390 \u03b0 \ufb00 \ufb13 \u1f52 \u1fb3 \u1fbc",
    "\u0591\u05b0\u05c1\u05c2 \u064b\u0651 \u0651\u064b \u0730 \u3099 \u309a \u302a\u302b \u1dc0 \u20d0 \ufe20 \U0001e8d0",
]

CONTROLS = [
    "a\u0000b",
    "\u0000",
    "a\u0001\u0002\u0007\u0008b\u000bc\u000cd\u000ee\u001ff\u007fg",
    "\u0080\u0085\u0086\u008d\u008f\u0090\u009f nel\u0085nel",
    "soft\u00adhyphen zero\u200bwidth word\u2060joiner \u200e\u200f\u202a\u202c\u2066\u2069",
    "\ufeffbom in\ufeffside \ufeff",
    "\ufffd\ufffdx\ufffd \ufffc \ufff9\ufffa\ufffb",
    "\ufdd0 \ufffe \uffff \U0001fffe \U0010ffff \ue000 \uf8ff \U000f0000 \U00100000 \U0010f000",
    "\u180e \u061c \u115f \u1160 \u3164 \uffa0 \u2800 \u034f \u17b4",
    "tab\tnew\nline\r\nreturn\rvt\u000bff\u000c",
]

SPACES = "\u0009\u000a\u000b\u000c\u000d\u001c\u001d\u001e\u001f\u0020\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003" \
    "\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"

WHITESPACE = [
    "",
    " ",
    "  ",
    "   ",
    " a",
    "a ",
    " a b ",
    "  a  b  ",
    "a   b    c     d",
    "\n",
    "\n\n",
    "\n\n\n\na",
    "a\n\n\nb \n \n c\n",
    "\t\ta\t b \t",
    " \n \t \r\n ",
    "\u3000\u3000全角\u3000空格\u3000",
    "x\u00a0y\u00a0\u00a0z \u00a0 ",
    "".join("a" + space for space in SPACES),
    "".join("a " + space + " " for space in SPACES),
    " ".join("x" + space * 3 + "y" for space in SPACES),
    "▁ ▁▁ a▁b ▁ a ▁ Ġ Ċ ĠĠa ## ##a a## </w> a</w> @@ a@@ <0x41> <0xE2>",
]

NUMBERS = [
    "0 1 12 123 1234 12345 123456 1234567 12345678 0123456789 100 1000 10000 100000 1000000",
    "3.14159 1,000,000.00 -5 +7 1e10 1E-10 0x1F 0b101 1_000 1/2 50% $9.99 €1.234,56 №5 §3 5° 10:30 2024-01-31",
    "a1b22c333d4444 v1.2.3-rc.4+build5 10th 2nd x2 H2O Win32 UTF8",
    "½ ⅓ ¼ ¾ ⅐ ↉ ² ³ ¹ ⁰ ₀ ₁₂ ① ⑳ ⑴ ⒈ ⓪ ❶ Ⅳ ⅻ ↁ 〇 一二三 百千万 ㊀ 🄁 𐄇 ௰ ፲ ᛮ",
    " ".join(
        "".join(chr(zero + digit) for digit in range(10))
        for zero in range(0x110000)
        if unicodedata.category(chr(zero)) == "Nd" and unicodedata.digit(chr(zero)) == 0 and zero < 0x1D7CE
    ),
    "１２３４ ٠١٢٣ ۰۱۲۳ ०१२३ ๐๑๒๓ 𝟎𝟏𝟐 𝟬𝟭 𝟶𝟷 1２३४",
    "1" * 50,
    "9" * 9 + " " + "8" * 10 + " " + "7" * 11 + "." + "6" * 12,
]

WEB = [
    "https://www.example.com/path/to/page.html?query=1&other=two%20words#fragment",
    "http://user:pass@192.168.0.1:8080/ ftp://x.org mailto:someone@example.co.uk www.test.de",
    "#hashtag @mention :) :-( ;-) <3 xD ^_^ ¯\\_(ツ)_/¯ (╯°□°)╯︵ ┻━┻",
    "C:\\Users\\name\\file.txt /usr/local/bin ../../etc ~/.config",
    "<html><body class=\"a b\">&lt;p&gt; &amp; &nbsp;</body></html><!-- c -->",
    "$$\\frac{a}{b} \\sum_{i=0}^{n} x_i^2 \\neq \\alpha$$ ∑∫√∞≠≤≥±×÷∂∇ ⟨ψ|φ⟩",
    "2FA5-88-BC b64: SGVsbG8gV29ybGQ= 0x7fff5fbff8c0 d41d8cd98f00b204e9800998ecf8427e",
]

CODE = [
    "def main():\n\tpass\n\nif __name__ == '__main__':\n    main()\n",
    "let a = obj.toString();\n// comment\nconst f = async ({ x, ...y }) => `${x} ${await y?.z ?? 1}`;",
    "#include <stdio.h>\nint main(void) {\n    printf(\"%d\\n\", 1 << 3);\n    return 0;\n}\n",
    "SELECT * FROM t WHERE a >= 'b' AND c != \"d\"; -- x",
    "fn f<'a, T: Into<String>>(x: &'a T) -> Result<(), Box<dyn Error + 'a>> { Ok(()) }",
    "{\"key\": [1, 2.5, null, true], \"nested\": {\"a\": \"b\\u00e9\"}}",
    "    four\n        eight\n\t\ttabs\n  \t mixed\n                        ",
    "x += y**2 // 3 % 4 && !z || ~w ^ v <<= 2 >>> 1; a->b::c<d>(); [][[]]{}(())",
    "# Title\n\n- item **bold** _it_ `code`\n\n```python\nprint('hi')\n```\n\n| a | b |\n|---|---|\n",
]

PUNCTUATION = [
    "!!! ??? ... ,,, ;;; ::: --- ___ *** ### $$$ %%% &&& @@@ ~~~ ``` ''' \"\"\" ((( ))) [[[ ]]] {{{ }}} <<< >>> /// \\\\\\ ||| +++ ===",
    "a.b,c;d:e!f?g-h_i*j#k$l%m&n@o~p`q'r\"s(t)u[v]w{x}y<z>0/1\\2|3+4=5^6",
    "“smart” ‘quotes’ „low“ ‚single‘ «guillemets» ‹single› –en— em ―bar… ‧ • · ¡¿ ′ ″ ‰ † ‡ ※",
    "、。〈〉《》「」『』【】〔〕〖〗〝〞！＂＃％＆＇（）＊，－．／：；？＠［＼］＿｛｝～｡｢｣､",
    "don't DON'T Don'T it's IT'S we've I'm I'M you're they'd he'll o'clock rock'n'roll 's 't 're 've 'm 'll 'd 'S",
    "don\u2019t it\u2019s we\u2019ve I\u2019m \u02bcn \u2032s",
    "Hello , world ! How are you ? I ' m fine . do n't we 've they 're he 's",
    "`` quoted '' ``a'' a``b''c",
    "A\n'll !!to?'d''d of, can't.",
    "\u0964 \u06d4 \u060c \u061b \u061f \u05be \u055d \u1362 \u104a \u17d4 \u0f0d \u2e2e \ua8ce",
]

CASES = [
    "Hello World HELLO WORLD hello world hELLO wORLD HelloWorld helloWorld hello_world hello-world HTTPServer iOS",
    "UNwant\u00e9d,running \u0410\u0411\u0412\u0433\u0434\u0435 \u03a3\u03a4\u0391\u03a3 \u01c5 \u01c8 \ua64a \u1e9e \u0130I\u0131i \u10a0\u2d00 \U00010400\U00010428",
    "ALLCAPSWORDTHATISVERYLONGINDEED alllowercasewordthatisverylongindeed MiXeDcAsEwOrD",
    "pneumonoultramicroscopicsilicovolcanoconiosis Donaudampfschifffahrtsgesellschaftskapitän antidisestablishmentarianism",
    "supercalifragilisticexpialidocious" * 4,
]

RUNS = [
    "a" * 300,
    "ab" * 150,
    "A" * 99,
    "x" * 101,
    "é" * 120,
    "中" * 150,
    "😀" * 60,
    " " * 130,
    "\n" * 40,
    "\t" * 20 + "x",
    "." * 130,
    "-" * 64 + "=" * 65 + "#" * 33,
    "ா" * 40,
    "\u0301" * 40,
    "\u200d" * 20,
    "\u0000" * 8,
    "aaaa bbbb " * 30,
    "的中文没有空格" * 20,
    "ภาษาไทย" * 15,
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 6,
]

# `{n}` stands for the nth added token of the model: 0 to 2 the first ones, 3 one from the middle, 4 the last one.
ADDED = [
    "{0}",
    "{0}{1}",
    "{0}{0}{0}",
    "a{0}b",
    "a {0} b",
    " {0} ",
    "  {1}  x  {1}  ",
    "\n{0}\n{1}\t",
    "word{2}word {2}word word{2}",
    "{0}{1}{2}{3}{4}",
    "{4}é{4}中{4}😀{4}",
    "{3}.{3},{3}!",
    "x{4}",
    "{4} x {4}",
    "<s>hi</s> [CLS] a [SEP] <|endoftext|><|im_start|>user\nhi<|im_end|> <pad> [MASK] <mask> <unk> [UNK] <extra_id_0>",
    "<s >< s><S> [cls] [Mask] <|ENDOFTEXT|> <|endoftext |>",
    "<<s>> [[MASK]] a<mask>b a <mask> b  <mask>  . a[MASK]b",
]

PAIRS = [
    ["Hello world", "How are you?"],
    ["", "second"],
    ["first", ""],
    ["", ""],
    [" ", " a"],
    ["生活的真谛是", "été 😀"],
    ["{0}a", "b{1}"],
    ["a" * 60, "long second text, with commas"],
    ["e\u0301 \u0000\n", "\ufeff x"],
]

WORDS = [
    ["Hello", "world", "!"],
    [],
    [""],
    ["", "a", ""],
    [" a", "b ", "c d"],
    ["don't", "UNwantéd,running", "中文", "😀"],
    ["{0}", "x{1}y", "  "],
]

FRAGMENTS = (
    " |  |   |\n|\n\n|\t|\r\n|\u00a0|\u3000|\u200b|\u2028|\u0085|\ufeff|\u0000|\u0301|\u0308|\u200d|\ufe0f|\u094d|\ufffd".split("|")
    + "a b c x z e o i t s A B Z É é ñ ß ı İ Σ σ ς ά я Ж ї א ش ك ن आ क ् ष ক த ్ ก ำ ა Ა 中 国 生 の カ ｶ ガ 한 글 각 ㄱ".split()
    + "the and of to in is that for with on was this you are hello Hello HELLO world World token Token ization izing".split()
    + "un re pre ing ed er ly 's 't 're 've 'm 'll 'd n't can't I'm it's don't \u2019s \u2019t".split()
    + "der die und große straße été à où niño ação għar łódź привет мир это как дела Καλημέρα κόσμε".split()
    + "שלום עולם السلام عليكم नमस्ते दुनिया বাংলা தமிழ் ไทย ภาษา ქართული 生活 真谛 日本語 テスト 안녕 세계 Tiếng Việt".split()
    + "0 1 2 7 9 10 42 123 2024 1000 3.14 1,000 ½ ² Ⅷ ① ٣ ३ 三 １ 𝟘".split()
    + ". , ! ? ; : - _ ' \" ( ) [ ] { } < > / \\ | @ # $ % ^ & * + = ~ ` … — – “ ” ‘ ’ « » ¿ ¡ 。 、 「 」 ！ ？ ～ ・ №".split()
    + "... !! ?! -- == != <= >= => -> :: // /* */ && || ++ ** {{ }} [[ ]] <!-- --> ``` \"\"\" ''".split()
    + "😀 ❤️ 👍🏽 👨‍👩‍👧 🇩🇪 🏴‍☠️ 1️⃣ 🥹 ✨ © ™ ⭐ 🤷‍♀️".split()
    + "http:// https://www. .com @example.org C:\\ /usr/bin ../ def return function() import class { } ; self. 0x1F \\n \\u00e9".split()
    + "▁ ▁the Ġ Ċ ## ##ing </w> @@ <s> </s> [MASK] <|endoftext|> <0x0A> <unk> <pad>".split()
    + "ﬁ ﬀ Å Å ㎏ ㍿ ℝ ⁿ Ĳ ŉ ǆ ﷺ 豈 ⾀ ｱ ﾞ Ⓐ 𝒯 🄰 ᾧ ΐ ẛ̣ s̩ ̣ ़ ゙ ー".split()
    + ["aaaaaaaa", "        ", "\n\n\n", "........", "--------", "11111111", "哈哈哈哈", "xyzzyxyzzy", "\u0627\u0644\u0644\u0647"]
)

RANDOM_TEXTS = 2000


class Random:
    """xorshift32: the same numbers in every language that has 32-bit integers."""

    def __init__(self, seed):
        self.state = seed or 1

    def below(self, bound):
        state = self.state
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        self.state = state
        return state % bound


def fnv1a(data):
    """FNV-1a with 32 bits over bytes."""
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def chosen_tokens(added):
    """The five added tokens that `{0}` to `{4}` stand for; without any, plain words."""
    if not added:
        return ["zero", "one", "two", "three", "four"]
    last = len(added) - 1
    return [added[min(0, last)], added[min(1, last)], added[min(2, last)], added[len(added) // 2], added[last]]


def fill(text, tokens):
    for index, token in enumerate(tokens):
        text = text.replace("{%d}" % index, token)
    return text


def random_texts(model, added):
    """The random texts of a model: its name is the seed, its added tokens are among the fragments."""
    random = Random(fnv1a(model.encode()))
    fragments = FRAGMENTS + chosen_tokens(added)
    texts = []
    for _ in range(RANDOM_TEXTS):
        length = 1 + random.below(24)
        # One text in four is written without spaces.
        glued = random.below(4) == 0
        parts = []
        for _ in range(length):
            parts.append(fragments[random.below(len(fragments))])
            if not glued and random.below(2) == 0:
                parts.append(" ")
        texts.append("".join(parts))
    return texts


def hard_texts():
    groups = [SCRIPTS, EMOJI, MARKS, CONTROLS, WHITESPACE, NUMBERS, WEB, CODE, PUNCTUATION, CASES, RUNS, ADDED]
    return [text for group in groups for text in group]


if __name__ == "__main__":
    document = {
        "texts": hard_texts(),
        "pairs": PAIRS,
        "words": WORDS,
        "fragments": FRAGMENTS,
        "random": RANDOM_TEXTS,
    }
    (HERE / "texts.json").write_text(json.dumps(document, indent=0) + "\n")
