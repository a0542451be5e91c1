/** What Keyroom's types say to learners. The language is the page's, so that one content serves every learner in their own. */
(function () {
  'use strict'
  const Core = window.Keyroom.Core

  const en = {
    check: 'Check', checking: 'Checking…', right: 'That’s right.', notYet: 'Not yet. Try again, it costs nothing.',
    partly: 'Not yet: {score} of {max} so far. Try again, it costs nothing.',
    tries: 'Tries: {n}', rest: 'the next in {n} s', words: 'Words: {n}', wordsAtLeast: 'at least {min}', wordsAtMost: 'at most {max}', wordsBetween: '{min} to {max}', problem: 'Your answer didn’t get through. It is still here: try again in a moment.',
    chooseOne: 'Choose one.', chooseAll: 'Choose all that apply.', chooseFirst: 'Choose an answer first.', fillFirst: 'Fill in a gap first.',
    true: 'True', false: 'False', gap: 'Gap {n} of {count}', tip: 'Tip for gap {n}', isRight: 'Right', isTried: 'Not this one', isGapTried: 'Not yet', isAnswer: 'This is the answer',
    answer: 'Answer: {answer}',
    previous: 'Back', next: 'Next', finish: 'Finish', again: 'From the start',
    solved: 'Solved', open: 'Still open', solvedOf: '{n} of {count} solved',
    retryOpen: 'Try the open ones again', pointsOf: '{n} of {count} points', summary: 'Summary', pageOpen: 'Not read yet', chapterDone: '{n} of {count} done',
    question: 'Question {n} of {count}', questions: 'Questions', toQuestion: 'Go to question {n}', result: 'Result',
    allSolved: 'All solved. Well done!', someOpen: 'Some are still open. You can go back to them, now or later.',
    page: 'Page {n} of {count}', contents: 'Contents', read: 'Read', bookEnd: 'You have reached the end of the book.', done: 'I’ve read this', isDone: 'Read. Thank you!',
    play: 'Play', pause: 'Pause', scene: 'Scene {n} of {count}', transcript: 'Transcript', stop: 'A question before it goes on', goOn: 'Go on', sequenceEnd: 'The end', player: 'Player',
    spots: 'Places in the picture', seen: 'Seen', seenOf: '{n} of {count} seen', readOf: '{n} of {count} pages read',
  }
  const zh = {
    check: '检查', checking: '正在检查…', right: '答对了。', notYet: '还差一点。再试试，不会扣分。',
    partly: '还差一点：目前 {score}/{max}。再试试，不会扣分。',
    tries: '尝试次数：{n}', rest: '{n} 秒后可再试', words: '字数：{n}', wordsAtLeast: '至少 {min}', wordsAtMost: '最多 {max}', wordsBetween: '{min} 至 {max}', problem: '答案没有送达，但仍保留在这里。请稍后再试。',
    chooseOne: '请选择一项。', chooseAll: '请选择所有符合的选项。', chooseFirst: '请先选择一个答案。', fillFirst: '请先填写一个空。',
    true: '正确', false: '错误', gap: '第 {n} 空，共 {count} 空', tip: '第 {n} 空的提示', isRight: '答对', isTried: '不是这一项', isGapTried: '还不对', isAnswer: '这是答案',
    answer: '答案：{answer}',
    previous: '返回', next: '下一步', finish: '完成', again: '从头开始',
    solved: '已答对', open: '尚未答对', solvedOf: '已答对 {n}/{count}',
    retryOpen: '重做未答对的题', pointsOf: '{n}/{count} 分', summary: '总结', pageOpen: '还没读', chapterDone: '已完成 {n}/{count}',
    question: '第 {n} 题，共 {count} 题', questions: '题目', toQuestion: '转到第 {n} 题', result: '结果',
    allSolved: '全部答对，做得好！', someOpen: '还有题目没有答对。现在或以后都可以回来继续。',
    page: '第 {n} 页，共 {count} 页', contents: '目录', read: '已读', bookEnd: '您已读到书的末尾。', done: '我读完了', isDone: '已读完，谢谢！',
    play: '播放', pause: '暂停', scene: '第 {n} 幕，共 {count} 幕', transcript: '文字稿', stop: '继续之前，先回答一个问题', goOn: '继续', sequenceEnd: '播放完毕', player: '播放器',
    spots: '图中的位置', seen: '已看', seenOf: '已看 {n}/{count}', readOf: '已读 {n}/{count} 页',
  }
  const ar = {
    check: 'تحقّق', checking: 'جارٍ التحقّق…', right: 'إجابة صحيحة.', notYet: 'ليس بعد. حاول مجددًا، فالمحاولة لا تكلّف شيئًا.',
    partly: 'ليس بعد: {score} من {max} حتى الآن. حاول مجددًا، فالمحاولة لا تكلّف شيئًا.',
    tries: 'المحاولات: {n}', rest: 'التالية بعد {n} ث', words: 'الكلمات: {n}', wordsAtLeast: '{min} على الأقل', wordsAtMost: '{max} على الأكثر', wordsBetween: 'من {min} إلى {max}', problem: 'لم تصل إجابتك، لكنها ما زالت هنا. حاول مجددًا بعد لحظة.',
    chooseOne: 'اختر إجابة واحدة.', chooseAll: 'اختر كل ما ينطبق.', chooseFirst: 'اختر إجابة أولًا.', fillFirst: 'املأ فراغًا أولًا.',
    true: 'صواب', false: 'خطأ', gap: 'الفراغ {n} من {count}', tip: 'تلميح للفراغ {n}', isRight: 'صحيح', isTried: 'ليست هذه', isGapTried: 'ليس بعد', isAnswer: 'هذه هي الإجابة',
    answer: 'الإجابة: {answer}',
    previous: 'رجوع', next: 'التالي', finish: 'إنهاء', again: 'من البداية',
    solved: 'تمّ حلّه', open: 'ما زال مفتوحًا', solvedOf: 'حُلّ {n} من {count}',
    retryOpen: 'أعد المحاولة في المفتوحة', pointsOf: '{n} من {count} نقطة', summary: 'الملخّص', pageOpen: 'لم تُقرأ بعد', chapterDone: 'أُنجز {n} من {count}',
    question: 'السؤال {n} من {count}', questions: 'الأسئلة', toQuestion: 'انتقل إلى السؤال {n}', result: 'النتيجة',
    allSolved: 'حُلّت كلها. أحسنت!', someOpen: 'بعضها ما زال مفتوحًا. يمكنك العودة إليها الآن أو لاحقًا.',
    page: 'الصفحة {n} من {count}', contents: 'المحتويات', read: 'قُرئت', bookEnd: 'وصلت إلى نهاية الكتاب.', done: 'قرأت هذا', isDone: 'قُرئ. شكرًا لك!',
    play: 'تشغيل', pause: 'إيقاف مؤقت', scene: 'المشهد {n} من {count}', transcript: 'النص المكتوب', stop: 'سؤال قبل المتابعة', goOn: 'تابع', sequenceEnd: 'النهاية', player: 'المشغّل',
    spots: 'أماكن في الصورة', seen: 'شوهد', seenOf: 'شوهد {n} من {count}', readOf: 'قُرئ {n} من {count} من الصفحات',
  }
  const TABLES = { en, 'zh-CN': zh, ar }

  /** What one type alone says: `{ en: {…}, 'zh-CN': {…}, ar: {…} }`, the same keys in each. */
  Core.addWords = (words) => {
    for (const [lang, sentences] of Object.entries(words)) Object.assign(TABLES[lang], sentences)
  }

  const pick = () => {
    const integration = window.H5PIntegration ?? {}
    const wanted = String(document.documentElement.lang || integration.locale || navigator.language || 'en').toLowerCase()
    return wanted.startsWith('zh') ? 'zh-CN' : wanted.startsWith('ar') ? 'ar' : 'en'
  }

  /** The language we speak on this page: one of en, zh-CN, ar. */
  Core.language = pick
  Core.direction = () => (pick() === 'ar' ? 'rtl' : 'ltr')

  Core.number = (value) => new Intl.NumberFormat(pick()).format(value)

  /** A sentence of ours with its values put in; numbers as the language writes them. */
  Core.t = (key, values = {}) => {
    const show = (value) => (typeof value === 'number' ? Core.number(value) : String(value))
    return TABLES[pick()][key].replace(/\{(\w+)\}/g, (_, name) => show(values[name]))
  }
})()
