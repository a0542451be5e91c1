/** What a clue says. */
(function () {
  'use strict'
  window.Keyroom.Core.addWords({
    en: { clue: 'Clue', clueWaits: 'Solve it, and it gives a piece of a key.', clueFound: 'Clue found', clueGives: 'Your piece of the key', clueKept: 'It is kept for you where it is needed.' },
    'zh-CN': { clue: '线索', clueWaits: '解开它，就能得到钥匙的一部分。', clueFound: '找到线索', clueGives: '您的钥匙碎片', clueKept: '它会在需要的地方为您保留。' },
    ar: { clue: 'دليل', clueWaits: 'حُلّه ليعطيك جزءًا من مفتاح.', clueFound: 'عُثر على الدليل', clueGives: 'جزؤك من المفتاح', clueKept: 'محفوظ لك حيث تحتاجه.' },
  })
})()
