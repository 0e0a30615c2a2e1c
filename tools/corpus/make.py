#!/usr/bin/env python3
"""make.py MEGABYTES [--seed N] > corpus.jsonl

Makes a corpus of any size out of nothing, to measure memory, disk and speed of the repeats across dumps:

    tools/corpus/make.py 400 > /tmp/corpus.jsonl
    /usr/bin/time -v dateline run /tmp/corpus.jsonl -o /tmp/out --memory 256M

The same seed and size give the same bytes. Articles in English, Chinese and Japanese of 500 sites, each with the menu
and footer of its site; three in ten are copies of an earlier one: exact, in other letters, edited, with a paragraph
replaced, or an excerpt. Copies come soon after their original, and long after. Standard library only."""
import argparse, json, random, sys
from itertools import accumulate

EN = """bridge river mayor council harvest railway station winter market teacher school harbour island report engineer
flood tunnel museum library garden festival orchestra factory union strike budget tax vote court judge lawyer police
fire hospital doctor nurse patient vaccine research university student professor company worker wage price grain wheat
apple cattle farmer village valley mountain forest timber road traffic bicycle bus train ship captain sailor fisher
storm rain snow drought weather summer autumn spring morning evening night week month year century history memory
house roof window door kitchen bread water coffee dinner guest neighbour family mother father daughter son child friend
letter newspaper editor journalist reader story novel poem song singer theatre actor film camera picture painter colour
stone iron copper silver gold glass paper cloth wool cotton machine engine motor wheel bolt cable current lamp light
opened closed built repaired painted counted measured promised refused accepted carried brought found lost sold bought
began ended rose fell grew shrank crossed followed led reached left stayed moved waited answered asked wrote read heard
saw knew thought believed hoped feared planned decided agreed signed announced said told explained denied confirmed
new old long short high low early late large small quiet loud bright dark warm cold dry wet strong weak cheap dear rich
poor young first last local national public private common rare simple hard easy careful sudden slow quick open empty
full broken whole single double northern southern eastern western""".split()
SMALL = "the of and to in a that for on with was is at by from as it an were be has had not but which after before".split()
HAN = """桥河市长会议收成铁路车站冬天市场老师学校港口岛报告工程师洪水隧道博物馆图书花园节日乐团工厂罢预算税投票法院律警察
火医护士病人疫苗研究大学生教授公司人工资价格粮麦苹果牛农民村谷山森林木材路交通自行车船长水手渔风暴雨雪旱气候夏秋春早晚夜周月年
世纪历史记忆房屋顶窗门厨面包咖啡客邻居家母父女儿子朋友信闻编辑记者读故事小说诗歌手剧演员电影相机图画颜色石铁铜银金玻璃纸布毛棉
机器轮线灯光开关建修漆数量承诺拒绝接受运带找失卖买始终升降增减过跟到离留移等答问写听看知想相信希望怕计划决定同意签宣布说告解释否认"""
HAN = [c for c in HAN if not c.isspace()]
KANA = list("あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん")
MENU = {"en": "Home World Politics Economy Culture Sport Weather Newsletters Search".split() + ["Sign in"],
        "zh": "首页 新闻 国际 体育 娱乐 财经 教育 房产 注册 登录".split(),
        "ja": "ホーム 社会 政治 経済 地域 動画 天気 検索 会員登録 メニュー".split()}
FOOT = {"en": ["You may also like", "Sign up for our daily newsletter", "All rights reserved.", "Back to top", "Print this page"],
        "zh": ["相关阅读", "分享到：微信 微博", "版权所有 未经许可不得转载", "返回顶部", "我要纠错"],
        "ja": ["関連記事", "この記事をシェアする", "無断転載を禁じます。", "ページの先頭へ", "利用規約"]}
LANGS = ["en"] * 6 + ["zh"] * 3 + ["ja"]
SITES = 500
EDITIONS = 20000            # originals that may still be copied: copies come up to so many articles later

def zipf(words):
    """Cumulative weights: the first words are the frequent ones, as in any language."""
    return list(accumulate(1 / (i + 3) for i in range(len(words))))

VOCABULARY = {"en": SMALL + EN, "zh": HAN, "ja": KANA + HAN[:200]}
WEIGHTS = {lang: zipf(words) for lang, words in VOCABULARY.items()}

def paragraph(rng, lang):
    n = rng.randint(40, 90) if lang == "en" else rng.randint(60, 160)
    words = rng.choices(VOCABULARY[lang], cum_weights=WEIGHTS[lang], k=n)
    # A name and a figure now and then: what makes real sentences different from each other.
    for _ in range(n // 20):
        words[rng.randrange(n)] = str(rng.randint(2, 9999)) if rng.random() < 0.5 else rng.choice(EN).title()
    cuts = sorted(rng.sample(range(8, n), max(1, n // 18)))
    sentences = [words[a:b] for a, b in zip([0] + cuts, cuts + [n]) if b > a]
    if lang == "en": return " ".join(" ".join(s).capitalize() + "." for s in sentences)
    return "".join("".join(s) + "。" for s in sentences)

def edited(rng, text, share):
    """Every so many words another one; characters where there are no blanks."""
    blank = " " if " " in text else ""
    words = text.split(" ") if blank else list(text)
    for i in range(len(words)):
        if rng.random() < share: words[i] = rng.choice(words)
    return blank.join(words)

def copy(rng, body):
    """A copy of these paragraphs, in one of the ways in which copies come about."""
    kind = rng.random()
    if kind < 0.35: return list(body)
    if kind < 0.50: return [p.upper().replace(".", " .") for p in body]
    if kind < 0.75: return [edited(rng, p, rng.choice([0.01, 0.02, 0.04])) for p in body]
    if kind < 0.85: return [p if i else paragraph(rng, "en") for i, p in enumerate(body)]
    first = rng.randrange(len(body)); return body[first:first + max(1, len(body) // 2)]

def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("megabytes", type=float); arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args(); rng = random.Random(given.seed)
    left, number, editions = given.megabytes * 1e6, 0, []
    while left > 0:
        if editions and rng.random() < 0.3:
            lang, body = rng.choice(editions); body = copy(rng, body)
        else:
            lang = rng.choice(LANGS); body = [paragraph(rng, lang) for _ in range(rng.randint(3, 14))]
            if len(editions) < EDITIONS: editions.append((lang, body))
            else: editions[rng.randrange(EDITIONS)] = (lang, body)
        site = 3 * rng.randrange(SITES // 3) + sorted(MENU).index(lang); day = rng.randrange(365 * 12)
        menu = [m for i, m in enumerate(MENU[lang]) if (site + i) % 4]; foot = [f for i, f in enumerate(FOOT[lang]) if (site + i) % 5]
        title = body[0][:60] if lang == "en" else body[0][:20]
        text = "\n".join([*menu, title, f"{rng.randrange(99999)} comments", *body, *foot, f"© site{site}.example"])
        row = {"id": f"c{number:08d}", "site": f"site{site}.example", "url": f"https://site{site}.example/{number}",
               "date": f"{2012 + day // 365}-{day % 365 // 31 + 1:02d}-{day % 28 + 1:02d}", "lang": lang, "text": text}
        line = json.dumps(row, ensure_ascii=False) + "\n"
        sys.stdout.write(line); left -= len(line.encode()); number += 1

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf8", newline="\n")
    main()
