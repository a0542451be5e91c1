/** What an open answer says. */
(function () {
  'use strict'
  window.Keyroom.Core.addWords({
    en: {
      yourAnswer: 'Your answer', sendAnswer: 'Send it', sendAgain: 'Send it again', openWaiting: 'Sent. It waits for a person to read it.', openReviewed: 'Read: {score} of {max} points.', openAccepted: 'Read. Full points: {score} of {max}.', openLocal: 'Noted. Compare it with the criteria yourself.',
      tooShort: 'Write a little more first: {min} words at least.', tooLong: 'That is too long: {max} words at most.', writeFirst: 'Write something first.', draftIs: 'A draft. It is kept as you write, and nobody reads it before you send it.',
      criteria: 'What it is read by', criterion: 'Criterion', level: 'Level', points: 'Points', comment: 'What the reader says', sampleAnswer: 'A sample answer', writeAgain: 'Write it again', levelPoints: '{title}: {points}', sendAgainHow: 'You can change it and send it again.',
    },
    'zh-CN': {
      yourAnswer: '您的回答', sendAnswer: '提交', sendAgain: '重新提交', openWaiting: '已提交，等待评阅。', openReviewed: '已评阅：{score}/{max} 分。', openAccepted: '已评阅，满分：{score}/{max}。', openLocal: '已记录。请对照标准自行检查。',
      tooShort: '请再写一点：至少 {min} 字。', tooLong: '太长了：最多 {max} 字。', writeFirst: '请先写下内容。', draftIs: '草稿会自动保存，提交之前没有人会看到。',
      criteria: '评分标准', criterion: '标准', level: '等级', points: '分数', comment: '评阅者的话', sampleAnswer: '参考答案', writeAgain: '重写', levelPoints: '{title}：{points}', sendAgainHow: '您可以修改后重新提交。',
    },
    ar: {
      yourAnswer: 'إجابتك', sendAnswer: 'أرسلها', sendAgain: 'أرسلها مجددًا', openWaiting: 'أُرسلت، وهي بانتظار من يقرؤها.', openReviewed: 'قُرئت: {score} من {max} نقطة.', openAccepted: 'قُرئت، بالعلامة الكاملة: {score} من {max}.', openLocal: 'دُوّنت. قارنها بالمعايير بنفسك.',
      tooShort: 'اكتب قليلًا بعد: {min} كلمة على الأقل.', tooLong: 'هذا طويل: {max} كلمة على الأكثر.', writeFirst: 'اكتب شيئًا أولًا.', draftIs: 'مسودة تُحفظ وأنت تكتب، ولا يقرؤها أحد قبل أن ترسلها.',
      criteria: 'معايير القراءة', criterion: 'المعيار', level: 'المستوى', points: 'النقاط', comment: 'ما يقوله القارئ', sampleAnswer: 'إجابة نموذجية', writeAgain: 'اكتبها مجددًا', levelPoints: '{title}: {points}', sendAgainHow: 'يمكنك تعديلها وإرسالها مجددًا.',
    },
  })
})()
