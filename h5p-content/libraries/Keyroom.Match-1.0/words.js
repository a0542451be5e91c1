/** What matching says. */
(function () {
  'use strict'
  window.Keyroom.Core.addWords({
    en: {
      matchHow: 'Choose a card, then where it belongs. Or drag it there.', placeFirst: 'Put a card somewhere first.', cards: 'Cards', allPlaced: 'All cards are placed.', putHere: 'Put it here', putBack: 'Put it back',
      putInto: 'Put it here: “{card}” to “{place}”', putAside: 'Put it back: “{card}”', emptyPlace: 'Put it here: “{place}”. Choose a card first.', nowAt: '{card} is now beside {place}.', nowBack: '{card} is back among the cards.', chosenCard: '{card} chosen. Now choose where it belongs.', picture: 'Picture {n}',
    },
    'zh-CN': {
      matchHow: '先选一张卡片，再选它所属的位置；也可以拖过去。', placeFirst: '请先放置一张卡片。', cards: '卡片', allPlaced: '所有卡片都已放置。', putHere: '放在这里', putBack: '放回去',
      putInto: '放在这里：“{card}”到“{place}”', putAside: '放回去：“{card}”', emptyPlace: '放在这里：“{place}”。请先选一张卡片。', nowAt: '{card} 现在在 {place}。', nowBack: '{card} 已放回卡片区。', chosenCard: '已选 {card}。现在请选择它所属的位置。', picture: '图片 {n}',
    },
    ar: {
      matchHow: 'اختر بطاقة ثم مكانها، أو اسحبها إليه.', placeFirst: 'ضع بطاقة في مكان أولًا.', cards: 'البطاقات', allPlaced: 'وُضعت كل البطاقات.', putHere: 'ضعها هنا', putBack: 'أعدها',
      putInto: 'ضعها هنا: «{card}» إلى «{place}»', putAside: 'أعدها: «{card}»', emptyPlace: 'ضعها هنا: «{place}». اختر بطاقة أولًا.', nowAt: '{card} الآن بجانب {place}.', nowBack: 'عادت {card} إلى البطاقات.', chosenCard: 'اختيرت {card}. اختر الآن مكانها.', picture: 'الصورة {n}',
    },
  })
})()
