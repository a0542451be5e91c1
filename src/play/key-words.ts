/**
 * Words that new passwords are drawn from: short, plain, told apart on the telephone. Passwords in use are derived by a word's
 * place, so these lists never change: a better one is another list.
 */
const EN = 'amber anchor apple arrow autumn basket beacon bell birch bridge candle canyon carpet castle cedar cherry cloud compass copper coral cotton dolphin ember falcon feather forest garden ginger granite harbor hazel honey island ivory jasmine lantern lemon linen maple marble meadow mirror nutmeg ocean olive orchid pebble pepper pillow planet river saddle saffron silver spiral sunset tandem thunder timber tulip velvet violin walnut winter'
const ZH = '山峰 河流 月亮 太阳 星光 竹林 松树 荷花 梅花 茶壶 灯笼 木桥 石桥 帆船 风筝 海岛 贝壳 珍珠 琥珀 玉石 银杏 枫叶 雪花 春雨 秋风 彩虹 云朵 晨雾 麦田 果园 葡萄 樱桃 柠檬 橄榄 核桃 蜂蜜 生姜 胡椒 丝绸 棉布 毛笔 砚台 书签 地图 罗盘 钟楼 城墙 花园 池塘 瀑布 草原 沙漠 森林 港口 灯塔 羽毛 燕子 海豚 白鹤 骆驼 蝴蝶 蜻蜓 钢琴 笛子'
const AR = 'قمر نجمة سحاب مطر نهر بحر جبل وادي حديقة زهرة ياسمين زيتون ليمون تفاح عنب رمان نخلة أرز قمح عسل زنجبيل فلفل قهوة شاي مصباح قنديل جسر قارب شراع ميناء منارة جزيرة صدف لؤلؤ مرجان عقيق فضة نحاس رخام حرير قطن كتان وسادة سجادة مرآة بوصلة خريطة ساعة كتاب قلم ورقة ريشة صقر حمام غزال جمل فراشة دلفين عود ناي ربيع خريف شتاء قوس'
const LISTS: Record<string, string[]> = { en: EN.split(' '), zh: ZH.split(' '), ar: AR.split(' ') }

/** Two words and a number, in the course's language where there is a list of it: 18 bits, at a door that slows guessing down. */
export const wordsFrom = (bytes: Buffer, lang: string): string => {
  const list = LISTS[lang.toLowerCase().split('-')[0] ?? ''] ?? LISTS.en ?? []
  const word = (at: number): string => list[bytes.readUInt16BE(at) % list.length] ?? ''
  return `${word(0)} ${word(2)} ${10 + (bytes.readUInt16BE(4) % 90)}`
}
