shop: yunshang

> 碎花裙 160cm 100斤穿什么码
= answer size:dress "M 码"
> 那羊绒大衣呢 160cm 100斤穿什么码
= answer size:coat "M 码"
