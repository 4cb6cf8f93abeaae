shop: yunshang
product: YS-D102

> 什么破店 穿一次就烂 我要投诉 还搭配什么搭配
= handoff reason:complaint
