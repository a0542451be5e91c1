/** What an interactive video says. */
(function () {
  'use strict'
  window.Keyroom.Core.addWords({
    en: {
      seek: 'Position', timeOf: '{now} of {all}', volume: 'Volume', mute: 'Sound off', unmute: 'Sound on', captions: 'Captions', captionsOff: 'Off', speed: 'Speed', wholeScreen: 'Full screen', leaveWhole: 'Leave full screen', videoPlayer: 'Video',
      withoutVideo: 'Without the video', withVideo: 'With the video', lightNote: 'To save data the video isn’t loaded. Its words and questions are here.', videoFailed: 'The video couldn’t be loaded. Its words and questions are here.', noVideo: 'Words and questions',
      askedAt: 'Question at {time}', textAt: 'Note at {time}', answerFirst: 'Answer first, then it goes on. Right or wrong, one try is enough.', goToTime: 'Go to {time}', answeredOf: '{n} of {count} answered', videoEnd: 'That was the video.',
    },
    'zh-CN': {
      seek: '播放位置', timeOf: '{now} / {all}', volume: '音量', mute: '静音', unmute: '打开声音', captions: '字幕', captionsOff: '关闭', speed: '速度', wholeScreen: '全屏', leaveWhole: '退出全屏', videoPlayer: '视频',
      withoutVideo: '不加载视频', withVideo: '加载视频', lightNote: '为节省流量，没有加载视频。文字和题目都在这里。', videoFailed: '视频无法加载。文字和题目都在这里。', noVideo: '文字和题目',
      askedAt: '{time} 的题目', textAt: '{time} 的说明', answerFirst: '先回答，再继续。答对答错都可以，试一次即可。', goToTime: '跳到 {time}', answeredOf: '已回答 {n}/{count}', videoEnd: '视频播放完毕。',
    },
    ar: {
      seek: 'الموضع', timeOf: '{now} من {all}', volume: 'مستوى الصوت', mute: 'كتم الصوت', unmute: 'تشغيل الصوت', captions: 'الترجمة المكتوبة', captionsOff: 'إيقاف', speed: 'السرعة', wholeScreen: 'ملء الشاشة', leaveWhole: 'إنهاء ملء الشاشة', videoPlayer: 'فيديو',
      withoutVideo: 'بلا فيديو', withVideo: 'مع الفيديو', lightNote: 'لم يُحمّل الفيديو توفيرًا للبيانات. كلامه وأسئلته هنا.', videoFailed: 'تعذّر تحميل الفيديو. كلامه وأسئلته هنا.', noVideo: 'الكلام والأسئلة',
      askedAt: 'سؤال عند {time}', textAt: 'ملاحظة عند {time}', answerFirst: 'أجب أولًا ثم يُتابع. محاولة واحدة تكفي، أصبت أم أخطأت.', goToTime: 'انتقل إلى {time}', answeredOf: 'أُجيب عن {n} من {count}', videoEnd: 'انتهى الفيديو.',
    },
  })
})()
