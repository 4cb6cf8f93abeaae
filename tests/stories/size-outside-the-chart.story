shop: yunshang
product: YS-D101

> 身高182体重200斤穿多大
= handoff reason:no_match
